// How are visits answered in their line, by mouse or by keyboard alone? No inline code: strict CSP.
"use strict";

(() => {
  const words = (button) => button.firstChild.textContent.replace("…", "");

  // --- My work: a form opens in the line at once, without asking the server.

  const close = (form, back) => {
    const line = form.closest("tbody");
    const buttons = line.querySelector(".buttons");
    form.remove();
    const against = line.querySelector(".against");
    if (against) against.remove();
    buttons.hidden = false;
    if (back) buttons.querySelector("button").focus();
  };

  const open = (button) => {
    for (const other of document.querySelectorAll(".dues form.answer")) {
      if (!other.elements.date.value) close(other, false);
    }
    const line = button.closest("tbody");
    const form = document.getElementById("answer-form").content.firstElementChild.cloneNode(true);
    const answer = button.dataset.answer;
    form.elements.answer.value = answer;
    form.elements.visit.value = line.dataset.visit;
    form.elements.due.value = line.dataset.due;
    form.elements.cause.hidden = form.elements.cause.disabled = answer !== "DEAD";
    if (answer === "LOST") form.elements.date.value = line.dataset.known;
    form.querySelector("[data-words]").textContent = words(button);
    form.setAttribute("hx-post", line.dataset.address);
    button.parentElement.hidden = true;
    button.parentElement.after(form);
    htmx.process(form);
    form.elements.date.focus();
    form.elements.date.select();
  };

  document.addEventListener("click", (event) => {
    const answer = event.target.closest("button[data-answer]");
    if (answer) open(answer);
    const cancel = event.target.closest("button[data-close]");
    if (cancel) close(cancel.form, true);
    const one = event.target.closest("button[data-store]");
    if (one) store(one.closest("tbody"));
    if (event.target.closest("#store-all")) {
      for (const line of lines()) if (filled(line)) store(line);
    }
  });

  // --- the list: Enter stores a line and goes to the next one.

  const lines = () => [...document.querySelectorAll("tbody.line:not(.done)")];
  const date = (line) => line.querySelector("input[name=date]");
  // A line with anything in it is sent: the server says what is still missing.
  const filled = (line) => date(line).value || line.querySelector("input[type=radio]:checked");
  const first = (line) => line.querySelector("input[name=answer]:checked, input[name=answer]");
  const store = (line) => {
    const against = line.querySelector(".against");
    if (against) against.remove();
    htmx.trigger(line, "store");
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("form.answer")) {
      close(event.target.closest("form.answer"), true);
    }
    const line = event.key === "Enter" && event.target.matches("tbody.line input") && event.target.closest("tbody");
    if (line) {
      event.preventDefault();
      const all = lines();
      const next = all[all.indexOf(line) + 1];
      store(line);
      if (next) first(next).focus();
      else document.getElementById("store-all").focus();
    }
  });

  // --- what the server answers

  let following = null;

  const ours = (element) => element.closest && element.closest("form.answer, tbody.line");
  const failed = (element) => {
    const place = element.closest("tbody");
    const old = place.querySelector(".against");
    if (old) old.remove();
    const row = place.insertRow(-1);
    row.className = "against";
    const cell = row.insertCell();
    cell.colSpan = 9;
    cell.setAttribute("role", "alert");
    const says = document.createElement("p");
    says.className = "wrong";
    says.textContent = document.getElementById("due").dataset.notStored;
    cell.append(says);
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest && event.target.closest("form.answer");
    if (!form) return;
    const line = form.closest("tbody");
    following = { here: line.id, next: line.nextElementSibling && line.nextElementSibling.id };
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const element = event.detail.requestConfig.elt;
    if (!ours(element)) return;
    const answer = event.detail.serverResponse;
    // After a logout the answer is another page: the line and what was typed in it stay.
    if (!answer.includes('id="said"') && !answer.includes('class="line')) {
      event.detail.shouldSwap = false;
      failed(element);
    }
  });
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      const element = event.detail.elt || event.target;
      if (ours(element)) failed(element);
    });
  }

  document.addEventListener("htmx:afterRequest", () => {
    const wrong = document.querySelector(".dues [data-focus]");
    if (wrong) {
      wrong.removeAttribute("data-focus");
      wrong.focus();
      wrong.select();
      return;
    }
    if (!following) return;
    const { here, next } = following;
    following = null;
    if (!document.querySelector("tbody.due")) {
      if (document.querySelector("#due select#show") && here) window.location.reload();
      return;
    }
    const idle = !document.activeElement || document.activeElement === document.body;
    const target = document.getElementById(here) || document.getElementById(next);
    if (idle && target) target.querySelector("button[data-answer]").focus();
  });
})();
