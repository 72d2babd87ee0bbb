// How is a table uploaded by one choice, and corrected by keyboard alone? No inline code: strict CSP.
"use strict";

(() => {
  // --- one control: a chosen or dropped file goes at once.

  const picker = document.querySelector(".upload input[type=file]");
  if (picker) {
    const card = picker.closest(".upload");
    const go = () => {
      if (!picker.files.length) return;
      document.getElementById("reading").hidden = false;
      picker.form.requestSubmit();
    };
    picker.addEventListener("change", go);
    card.addEventListener("dragover", (event) => {
      event.preventDefault();
      card.classList.add("over");
    });
    card.addEventListener("dragleave", () => card.classList.remove("over"));
    card.addEventListener("drop", (event) => {
      event.preventDefault();
      card.classList.remove("over");
      picker.files = event.dataTransfer.files;
      go();
    });
  }

  // A button that is pressed twice counts once; the server holds that too.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-once]")) {
      if (event.target.dataset.pressed) event.preventDefault();
      event.target.dataset.pressed = "1";
    }
  });

  // --- cells: Enter or leaving a changed cell stores it; another cell of the line opens on demand.

  const CELL = "form.cell [name=text]";
  const isCell = (element) => Boolean(element && element.matches && element.matches(CELL));
  const was = (cell) => cell.dataset.was ?? cell.defaultValue;

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.open");
    if (!button) return;
    const form = document.getElementById("cell-form").content.firstElementChild.cloneNode(true);
    const input = form.elements.text;
    const text = button.textContent;
    input.value = input.defaultValue = text === "–" ? "" : text;
    input.id = button.id;
    input.setAttribute("aria-label", button.getAttribute("aria-label"));
    form.setAttribute("hx-post", button.dataset.address);
    button.replaceWith(form);
    htmx.process(form);
    input.focus();
    input.select();
  });

  // A list is done with when it is left, or chosen from by mouse: arrow keys only look through it.
  // Where the answer can be used in other lines too, one of two buttons says in which.
  const isShared = (form) => Boolean(form.querySelector("[name=alike]"));
  let pressed = null;
  let swapping = false;
  document.addEventListener("pointerdown", (event) => (pressed = event.target), true);
  document.addEventListener(
    "keydown",
    (event) => {
      pressed = null;
      if (!isCell(event.target)) return;
      if (event.key === "Escape") event.target.value = was(event.target);
      if (event.key === "Enter" && event.target.matches("select") && event.target.value !== was(event.target)) {
        event.preventDefault();
        event.target.form.requestSubmit();
      }
    },
    true,
  );
  document.addEventListener("change", (event) => {
    const { target } = event;
    if (!isCell(target) || !target.matches("select") || isShared(target.form)) return;
    if (pressed && target.contains(pressed)) target.form.requestSubmit();
  });
  document.addEventListener("focusout", (event) => {
    const { target } = event;
    // A cell that is taken away by the answer about another one is not left: its words are put back.
    if (swapping || !isCell(target) || target.value === was(target)) return;
    const to = event.relatedTarget || pressed;
    if (!to || !target.form.contains(to)) target.form.requestSubmit();
  });
  // What is heard twice, as Enter and as leaving, is sent once.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("form.cell")) return;
      const cell = form.elements.text;
      if (form.dataset.sent === cell.value || (cell.matches("select") && cell.value === was(cell))) {
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      form.dataset.sent = cell.value;
    },
    true,
  );

  // What is typed elsewhere while the server judges is put back, and the hands stay where they are.
  const cells = () => [...document.querySelectorAll(CELL)];
  const inHand = () => {
    const form = document.activeElement && document.activeElement.closest("form.cell");
    return (form ? form.elements.text : document.activeElement)?.id || "";
  };
  let typed = [];
  let here = "";
  let order = [];

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.target || event.detail.target.id !== "table") return;
    if (!event.detail.serverResponse.includes('id="lines"')) {
      // After a logout the answer is another page: it must not take the place of what was typed.
      event.detail.shouldSwap = false;
      return;
    }
    swapping = true;
    const own = event.detail.requestConfig.elt;
    typed = cells().filter((one) => !own.contains(one) && one.value !== was(one)).map((one) => [one.id, one.value]);
    here = inHand();
    order = cells().map((one) => one.id);
  });
  document.addEventListener("htmx:afterSwap", () => (swapping = false));
  document.addEventListener("htmx:afterSettle", () => {
    if (!order.length) return;
    for (const [id, value] of typed) {
      const input = document.getElementById(id);
      if (input) input.value = value;
    }
    // The same cell if it is still red, else the next red one that was below it.
    const left = order.slice(Math.max(order.indexOf(here), 0));
    const next = order.includes(here) && left.map((id) => document.getElementById(id)).find(isCell);
    const hands = next || cells()[0] || document.querySelector("#lines button.main");
    // Whoever has gone on meanwhile is not called back. A mended cell is done with: htmx goes to it.
    const at = document.activeElement;
    const lost = !at || at === document.body || (at.id === here && !isCell(at));
    if (hands && lost && here.startsWith("cell-")) {
      hands.focus();
      if (isCell(hands) && hands.select) hands.select();
    }
    typed = order = [];
  });
})();
