// What does the keyboard do, and what must survive when a form is drawn again? No inline code: strict CSP.
"use strict";

(() => {
  const typing = (element) => element && element.matches("input:not([type=radio], [type=checkbox]), textarea, select");

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
    } else if (event.key === "Enter" && form && form.contains(event.target)) {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("button.main"));
      } else if (event.target.matches("input:not([type=checkbox], [type=radio])")) {
        // Enter in a text field would press the first button: here it only ends the typing.
        event.preventDefault();
        event.target.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
  });

  // The card "This field" tells what the field in use means.
  document.addEventListener("focusin", (event) => {
    const card = document.querySelector("#this-field p");
    const field = event.target.closest(".field");
    const help = field && field.querySelector(".help");
    if (card && help) card.textContent = help.textContent;
  });

  // A person types on while the server judges: what the new copy does not know yet is put back.
  let kept = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    const inside = active && event.detail.target.contains(active);
    kept = inside && typing(active) && active.id ? { id: active.id, value: active.value } : null;
    if (inside && active.dataset.clear) kept = { cleared: active.dataset.clear };
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (!kept) return;
    if (kept.cleared) {
      const field = document.querySelector(`[data-item="${CSS.escape(kept.cleared)}"]`);
      const first = field && field.querySelector(".control input:not([type=hidden]), .control select");
      if (first) first.focus();
    } else {
      const again = document.getElementById(kept.id);
      if (again && again.value !== kept.value) {
        again.value = kept.value;
        const judge = () => again.dispatchEvent(new Event("change", { bubbles: true }));
        again.addEventListener("blur", judge, { once: true });
      }
    }
    kept = null;
  });
})();
