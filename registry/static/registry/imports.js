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

  const isCell = (element) => element && element.matches && element.matches("form.cell input[name=text]");

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

  document.addEventListener("change", (event) => {
    if (isCell(event.target)) event.target.form.requestSubmit();
  });
  // Enter in a changed cell is heard twice, as a change and as Enter: it is sent once.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("form.cell")) return;
      if (form.dataset.sent === form.elements.text.value) {
        event.preventDefault();
        event.stopPropagation();
      }
      form.dataset.sent = form.elements.text.value;
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isCell(event.target)) event.target.value = event.target.defaultValue;
  });

  // What is typed elsewhere while the server judges is put back, and the hands stay where they are.
  const cells = () => [...document.querySelectorAll("form.cell input[name=text]")];
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
    const own = event.detail.requestConfig.elt;
    typed = cells().filter((one) => !own.contains(one) && one.value !== one.defaultValue).map((one) => [one.id, one.value]);
    here = document.activeElement ? document.activeElement.id : "";
    order = cells().map((one) => one.id);
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!order.length) return;
    for (const [id, value] of typed) {
      const input = document.getElementById(id);
      if (input) input.value = value;
    }
    // The same cell if it still stands there, else the next red one that was below it.
    const left = order.slice(Math.max(order.indexOf(here), 0));
    const same = document.getElementById(here);
    const next = same || (order.includes(here) && left.map((id) => document.getElementById(id)).find(isCell));
    const hands = next || cells()[0] || document.querySelector("#lines button.main");
    // Whoever has gone on meanwhile is not called back.
    const lost = !document.activeElement || document.activeElement === document.body;
    if (hands && lost && here.startsWith("cell-")) {
      hands.focus();
      if (isCell(hands)) hands.select();
    }
    typed = order = [];
  });
})();
