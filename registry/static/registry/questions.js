// How does one land in a field from a question, ask at a field, and answer beside a form? No inline code: strict CSP.
"use strict";

(() => {
  const card = document.getElementById("questions-card");
  const fieldOf = (item) => item && document.querySelector(`.field[data-item="${CSS.escape(item)}"]`);
  const controlOf = (field) =>
    field.querySelector(".control input:checked, .control input:not([type=hidden]), .control select, .control textarea, .control .answer");

  // --- a link from a list or a mail names the field: the focus goes into its control ---

  const land = () => {
    const item = decodeURIComponent(window.location.hash.slice(1));
    const field = fieldOf(item);
    const control = field && controlOf(field);
    if (control) {
      control.focus();
      if (control.select) control.select();
      // After the browser's own way of going to a place of the page, which puts it at the upper edge.
      setTimeout(() => field.scrollIntoView({ block: "center" }));
      return;
    }
    // The branch of the field is closed, or the question is about the whole record.
    const box = item && card && card.querySelector(`[id="${CSS.escape(item)}"] textarea, .question[data-item="${CSS.escape(item)}"] textarea`);
    if (box) box.focus();
  };
  window.addEventListener("hashchange", land);
  if (window.location.hash) window.addEventListener("load", land);
  if (!card) return;

  // --- ask at a field: a small box in its place, which outlives that the form is drawn again ---

  let box = null;
  let about = "";
  const typed = new Map(); // by field, what was neither sent nor cancelled
  const put = () => {
    const field = fieldOf(about);
    const place = field ? field.querySelector(".control") : document.getElementById("ask-place");
    if (place) place.append(box);
  };
  const close = () => {
    if (!box) return;
    typed.set(about, box.querySelector("textarea").value);
    box.remove();
    box = null;
  };
  const open = (button) => {
    close();
    about = button.dataset.ask;
    box = document.getElementById("ask-box").content.firstElementChild.cloneNode(true);
    if (about) {
      const label = box.querySelector("[data-label]");
      label.textContent = label.dataset.field.replace("%s", button.dataset.words);
    }
    // What is typed here is no part of the form that it stands in.
    for (const name of ["input", "change"]) box.addEventListener(name, (event) => event.stopPropagation());
    put();
    box.querySelector("textarea").value = typed.get(about) || "";
    box.querySelector("textarea").focus();
  };
  const send = () => {
    const words = { item: about, text: box.querySelector("textarea").value };
    htmx.ajax("POST", card.dataset.askAt, {
      source: card, target: box.querySelector(".reply"), swap: "innerHTML", values: words,
    });
  };
  const back = () => {
    const field = fieldOf(about);
    const control = field ? controlOf(field) : document.querySelector("#ask-place button");
    close();
    typed.delete(about);
    if (control) control.focus();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-ask]");
    if (button) open(button);
    if (box && event.target.closest("[data-send]")) send();
    if (box && event.target.closest("[data-cancel]")) back();
  });
  document.addEventListener(
    "keydown",
    (event) => {
      const saying = event.target.closest(".question form");
      const asking = box && box.contains(event.target);
      if (event.key === "Escape" && asking) back();
      // Alt+Q goes from wherever one types to the first question.
      const first = card.querySelector(".question textarea");
      if (event.code === "KeyQ" && event.altKey && first) {
        event.preventDefault();
        first.focus();
      }
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !(saying || asking)) return;
      event.preventDefault();
      event.stopPropagation();
      if (asking) send();
      else (saying.querySelector("[data-with-save]") || saying.querySelector("button")).click();
    },
    true,
  );

  // The button of the card asks about the field that was in use last.
  const general = document.querySelector("#ask-place button");
  const words = general && general.textContent;
  document.addEventListener("focusin", (event) => {
    const field = event.target.closest(".field[data-item]");
    const here = field && field.querySelector("button.ask");
    if (!general || !here) return;
    general.dataset.ask = here.dataset.ask;
    general.dataset.words = here.dataset.words;
    general.textContent = general.dataset.about.replace("%s", here.dataset.words);
  });

  // --- what the server answers ---

  const ours = (event) => event.detail.target && event.detail.target.closest(".question, .asking");
  const failed = (place) => {
    const reply = place && place.querySelector(".reply");
    if (!reply) return;
    const said = document.createElement("p");
    said.className = "said";
    said.textContent = reply.dataset.lost;
    reply.replaceChildren(said);
  };
  document.addEventListener("htmx:beforeSwap", (event) => {
    // After a logout the answer is another page: what was typed stays.
    if (!ours(event) || event.detail.serverResponse.includes("data-question")) return;
    event.detail.shouldSwap = false;
    failed(ours(event));
  });
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(name, (event) => failed(ours(event)));
  }

  const marked = (item) => {
    const mark = fieldOf(item) && fieldOf(item).querySelector(".mark");
    if (!mark || mark.classList.contains("error")) return;
    mark.className = "mark query";
    mark.firstElementChild.textContent = "?";
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    if (box && !box.isConnected) put();
    const done = box && box.querySelector("[data-asked]");
    if (done) {
      const none = document.getElementById("no-question");
      if (none) none.remove();
      marked(about);
      done.classList.add("asked");
      const place = box.parentElement;
      back();
      for (const old of place.querySelectorAll(".asked")) old.remove();
      place.append(done);
    }
    // An answer changes the mark of its field: the judge draws the form again.
    const form = document.getElementById("entry");
    if (event.target.matches(".question") && form && form.dataset.draft) htmx.trigger(form, "change");
  });
})();
