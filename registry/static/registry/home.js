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
      const sent = lines().filter(filled);
      waited = new Set(sent.map((line) => line.id));
      sent.forEach(store);
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

  // Who is lost was seen last on the day last known, unless another one is typed.
  document.addEventListener("change", (event) => {
    const line = event.target.matches("input[name=answer]") && event.target.closest("tbody.line");
    if (!line) return;
    const box = date(line);
    const { answer, known } = line.dataset;
    if (event.target.value === "LOST") box.value = box.value || known;
    else if (answer === "LOST" && box.value === known) box.value = "";
    line.dataset.answer = event.target.value;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("form.answer")) {
      close(event.target.closest("form.answer"), true);
    }
    const line = event.key === "Enter" && event.target.matches("tbody.line input") && event.target.closest("tbody");
    if (line) {
      event.preventDefault();
      const all = lines();
      const next = all[all.indexOf(line) + 1];
      // Enter on a line in which nothing stands goes on.
      if (filled(line)) store(line);
      if (next) first(next).focus();
      else document.getElementById("store-all").focus();
    }
  });

  // --- what the server answers

  let following = null;
  // The lines that were sent together: when all are answered, the first that stays is gone to.
  let waited = new Set();
  const answered = (id) => {
    if (!waited.delete(id) || waited.size) return;
    const stays = document.querySelector("tbody.line:has(.against)");
    if (!stays) return;
    stays.scrollIntoView({ block: "center" });
    date(stays).focus();
  };

  // What is said in a line below its cells, in the place of what was said before.
  const say = (place, words) => {
    const old = place.querySelector(".against");
    if (old) old.remove();
    const row = place.insertRow(-1);
    row.className = "against";
    const cell = row.insertCell();
    cell.colSpan = 10;
    cell.setAttribute("role", "alert");
    const says = document.createElement("p");
    says.className = "wrong";
    says.textContent = words;
    cell.append(says);
  };

  const ours = (element) => element.closest && element.closest("form.answer, tbody.line");
  const failed = (element) => say(element.closest("tbody"), document.getElementById("due").dataset.notStored);

  // --- nothing that is typed and not stored is swapped away, or left without a word

  const half = () =>
    [...document.querySelectorAll(".dues form.answer")].find(
      ({ elements }) => elements.date.value || elements.cause.value,
    );
  document.addEventListener("htmx:beforeRequest", (event) => {
    const show = event.target.closest && event.target.closest("form#show");
    const typed = show && half();
    if (!typed) return;
    event.preventDefault();
    show.reset();
    say(typed.closest("tbody"), document.getElementById("due").dataset.half);
    typed.elements.date.focus();
  });
  window.addEventListener("beforeunload", (event) => {
    if (half() || lines().some(filled)) event.preventDefault();
  });

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

  document.addEventListener("htmx:afterRequest", (event) => {
    // The line that was sent is no part of the page any more where another one stands in its place.
    answered(event.detail.requestConfig.elt.id);
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
      if (document.querySelector("#due form#show") && here) window.location.reload();
      return;
    }
    const idle = !document.activeElement || document.activeElement === document.body;
    const target = document.getElementById(here) || document.getElementById(next);
    if (idle && target) target.querySelector("button[data-answer]").focus();
  });
})();
