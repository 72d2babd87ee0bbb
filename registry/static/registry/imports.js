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

  const open = (button) => {
    const form = document.getElementById("cell-form").content.firstElementChild.cloneNode(true);
    const input = form.elements.text;
    const text = button.textContent;
    input.value = input.defaultValue = text === "–" ? "" : text;
    input.id = button.id;
    input.setAttribute("aria-label", button.getAttribute("aria-label"));
    form.setAttribute("hx-post", button.dataset.address);
    button.replaceWith(form);
    htmx.process(form);
    return input;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.open");
    if (!button) return;
    const input = open(button);
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
  // Quick hands leave a cell that was just swapped in before htmx has seen it.
  const seen = new WeakSet();
  document.addEventListener("htmx:afterProcessNode", (event) => seen.add(event.target));
  const show = (form, button) => {
    if (seen.has(form)) return;
    htmx.process(form);
    // By this htmx knows which of the buttons was pressed.
    if (button) button.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
  };
  // What is heard twice, as Enter and as leaving, is sent once.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("form.cell")) return;
      // Sent by the browser itself a cell would be refused, and the page would be gone.
      event.preventDefault();
      show(form, event.submitter);
      const cell = form.elements.text;
      if (form.dataset.sent === cell.value || (cell.matches("select") && cell.value === was(cell))) {
        event.stopPropagation();
        return;
      }
      form.dataset.sent = cell.value;
      form.dataset.all = (event.submitter && event.submitter.name) || "";
      if (form.dataset.heard) return;
      form.dataset.heard = "1";
      // At the form itself, as it may be off the page when its answer comes.
      for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
        form.addEventListener(name, () => failed(form));
      }
      // The page is loaded anew where very many lines are judged: not over what is typed elsewhere.
      form.addEventListener("htmx:beforeOnLoad", ({ detail: { xhr } }) => {
        if (xhr.getResponseHeader("HX-Refresh") !== "true") return;
        for (const one of cells()) if (one.id !== cell.id && one.value !== was(one)) mark(one, "");
      });
    },
    true,
  );

  // --- what the server did not take stays where it was typed, and is said to be not stored.

  const unstored = new Map();
  // One more button of the cell, which does again what was done: in this row, or in all.
  const mark = (cell, all) => {
    unstored.set(cell.id, all);
    delete cell.form.dataset.sent;
    const again = cell.form.querySelector(".lost") || document.createElement("button");
    again.className = "lost";
    again.textContent = document.getElementById("said-there").dataset.again;
    again.name = all;
    again.value = all && "1";
    cell.form.append(again);
  };
  const failed = (form) => {
    const { id, value } = form.elements.text;
    const cell = put(id, value);
    if (cell) mark(cell, form.dataset.all);
    const said = document.getElementById("said-there");
    said.textContent = `✕ ${said.dataset.lost}: ${form.elements.text.getAttribute("aria-label")} – ${said.dataset.why}`;
    said.classList.add("error");
  };
  // The words into the cell as the page has it now; a cell that opens on demand is opened for them.
  const put = (id, value) => {
    const place = document.getElementById(id);
    if (!place || isCell(place)) {
      if (place && place.value === was(place)) place.value = value;
      return place;
    }
    if (!place.matches("button.open") || place.textContent === value) return null;
    const cell = open(place);
    cell.value = value;
    return cell;
  };
  window.addEventListener("beforeunload", (event) => {
    if (cells().some((one) => unstored.has(one.id) && one.value !== was(one))) event.preventDefault();
  });

  // --- a cell is seen whole, with its buttons, beside the columns that stay.

  const reveal = (form) => {
    const around = form && form.closest(".scroll");
    if (!around) return;
    const [box, frame] = [form, around].map((one) => one.getBoundingClientRect());
    const stays = [...around.querySelectorAll("thead .stays")].reduce((sum, one) => sum + one.offsetWidth, 0);
    const [left, right] = [frame.left + stays + 6, frame.right - 6];
    if (box.left < left) around.scrollLeft -= left - box.left;
    else if (box.right > right) around.scrollLeft += Math.min(box.right - right, box.left - left);
    else return;
    uncut(around, frame.left + stays, form, left);
  };
  // No column stands half below those that stay: it is shown whole, else not at all.
  const uncut = (around, edge, form, left) => {
    const heads = [...around.querySelectorAll("thead th:not(.stays)")].map((one) => one.getBoundingClientRect());
    const cut = heads.find((one) => one.left < edge - 1 && one.right > edge + 1);
    if (!cut) return;
    const on = cut.right - edge;
    around.scrollLeft += form.getBoundingClientRect().left - on >= left - 6 ? on : cut.left - edge;
  };
  // Not below a pointer that is pressed: what it means to press would move away.
  document.addEventListener("focusin", (event) => {
    const form = event.target.closest("form.cell");
    if (form && !(pressed && form.contains(pressed))) reveal(form);
  });
  reveal(document.querySelector("table.lines form.cell"));

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
      failed(event.detail.requestConfig.elt);
      return;
    }
    swapping = true;
    const own = event.detail.requestConfig.elt;
    const { id, value } = own.elements.text;
    typed = cells()
      .filter((one) => one.value !== was(one) && !own.contains(one) && !(one.id === id && one.value === value))
      .map((one) => [one.id, one.value, unstored.get(one.id)]);
    unstored.clear();
    here = inHand();
    order = cells().map((one) => one.id);
  });
  document.addEventListener("htmx:afterSwap", () => (swapping = false));
  document.addEventListener("htmx:afterSettle", () => {
    if (!order.length) return;
    for (const [id, value, all] of typed) {
      const cell = put(id, value);
      if (cell && all !== undefined) mark(cell, all);
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
    // The table was drawn anew, from its left edge.
    const inUse = document.activeElement && document.activeElement.closest("form.cell");
    reveal(inUse || document.querySelector("table.lines form.cell"));
  });
})();
