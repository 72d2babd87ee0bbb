// How is a proposed meaning taken with one click? No inline code: strict CSP.
"use strict";

(() => {
  const changed = (input) => {
    // What was said about the words that stood there does not hold for others.
    input.closest(".means").querySelector(".how").hidden = input.value !== input.defaultValue;
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches(".means input")) changed(event.target);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const input = document.getElementById(button.dataset.fill);
    input.value = button.textContent;
    // As if it were typed: it is kept as a draft (entry.js).
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  });
})();
