// What does the keyboard do, and what must survive when a form is drawn again? No inline code: strict CSP.
"use strict";

(() => {
  const written = (element) => element.matches("input:not([type=radio], [type=checkbox])");
  const typing = (element) => element && (written(element) || element.matches("textarea, select"));

  // "/" goes to the search, Ctrl+Enter saves.
  document.addEventListener("keydown", (event) => {
    const form = document.getElementById("entry");
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
      const find = document.getElementById("find");
      if (find) {
        event.preventDefault();
        find.focus();
        find.select();
      }
    } else if (event.key === "Enter" && form && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[name=save]"));
    } else if (event.key === "Enter" && form && form.contains(event.target) && written(event.target)) {
      // Enter in a text field would press the first button: here it only ends the typing.
      event.preventDefault();
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  // The card "This field" tells what the field in use means.
  document.addEventListener("focusin", (event) => {
    const card = document.querySelector("#this-field p");
    const field = event.target.closest(".field");
    const help = field && field.querySelector(".help");
    if (card && help) card.textContent = help.textContent;
  });

  // A person goes on while the server judges: what its answer does not know yet is put back.
  const controls = () =>
    [...document.querySelectorAll("#sheet input, #sheet select, #sheet textarea")].filter((one) => one.id);
  const state = (one) => (written(one) || !one.matches("input") ? one.value : one.checked);
  let sent = new Map();
  let since = [];
  let cleared = null;

  document.addEventListener("htmx:beforeSend", () => {
    sent = new Map(controls().map((one) => [one.id, state(one)]));
  });
  const lost = (is) => {
    const notice = document.getElementById("lost");
    if (notice) notice.hidden = !is;
  };
  document.addEventListener("htmx:sendError", () => lost(true));
  document.addEventListener("htmx:beforeSwap", (event) => {
    // After a logout the answer is another page: it must not take the place of what was typed.
    const expected = event.detail.serverResponse.includes('id="sheet"');
    if (!expected) event.detail.shouldSwap = false;
    lost(!expected);
    since = controls()
      .filter((one) => sent.has(one.id) && sent.get(one.id) !== state(one))
      .map((one) => ({ id: one.id, state: state(one), active: one === document.activeElement }));
    cleared = event.detail.requestConfig.elt.dataset.clear || null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const { id, state: meant, active } of since) {
      const again = document.getElementById(id);
      if (!again) continue;
      if (typeof meant === "boolean") again.checked = meant;
      else again.value = meant;
      if (active) {
        // Chromium counts what a script wrote as no change of the person's: ask for the judge by hand.
        const judge = () => again.dispatchEvent(new Event("change", { bubbles: true }));
        again.addEventListener("blur", judge, { once: true });
      }
    }
    const field = cleared && document.querySelector(`[data-item="${CSS.escape(cleared)}"]`);
    const first = field && field.querySelector(".control input:not([type=hidden]), .control select");
    if (first) first.focus();
    since = [];
    cleared = null;
  });
})();
