// What does the keyboard do, and what must survive when a form is drawn again? No inline code: strict CSP.
"use strict";

(() => {
  const written = (element) => element.matches("input:not([type=radio], [type=checkbox])");
  const typing = (element) => element && (written(element) || element.matches("textarea, select"));

  // "/" goes to the search, "n" to what can be added, Ctrl+Enter saves.
  const plain = (event) =>
    !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target) && !event.target.isContentEditable;
  document.addEventListener("keydown", (event) => {
    const form = document.getElementById("entry");
    if (event.key === "n" && plain(event)) {
      const adding = document.querySelector("[aria-keyshortcuts=n]");
      if (!adding) return;
      event.preventDefault();
      for (let around = adding.closest("details"); around; around = around.parentElement.closest("details")) {
        around.open = true;
      }
      // One thing to add is gone to; of several the first has the focus, Tab and Enter choose.
      if (adding.matches("a")) adding.click();
      else adding.querySelector("a").focus();
    } else if (event.key === "/" && plain(event)) {
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

  // In a row of buttons of which none is chosen the browser's arrow key leaves out the one in focus.
  const ARROWS = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"];
  document.addEventListener("keydown", (event) => {
    const button = event.target;
    if (!ARROWS.includes(event.key) || !button.matches(".joined input[type=radio]")) return;
    if (button.closest(".joined").querySelector("input[type=radio]:checked")) return;
    event.preventDefault();
    button.click();
  });

  // Whoever unfolds a box means to write in it.
  document.addEventListener("click", (event) => {
    const summary = event.target.closest(".finding summary");
    const box = summary && summary.parentElement;
    if (box && !box.open) requestAnimationFrame(() => box.querySelector("input, textarea").focus());
  });

  // On a narrow page the records are folded away, so that the form is at the top; a wide one has no fold.
  const narrow = window.matchMedia("(max-width: 820px)");
  const fold = () => {
    for (const one of document.querySelectorAll("details.fold")) one.open = !narrow.matches;
  };
  if (narrow.matches) fold();
  narrow.addEventListener("change", fold);
  const here = document.querySelector(".bar nav [aria-current]");
  if (here && narrow.matches) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 40;

  // Signing asks once more: "Not yet" and Escape fold the question away and leave the page as it is.
  const signing = document.querySelector("details.sign");
  const notYet = (event) => {
    event.preventDefault();
    signing.open = false;
    signing.querySelector("summary").focus();
  };
  if (signing) {
    signing.querySelector("[data-not-yet]").addEventListener("click", notYet);
    signing.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && signing.open) notYet(event);
    });
    // The question may unfold below the edge of the window.
    signing.addEventListener("toggle", () => {
      if (signing.open) signing.scrollIntoView({ block: "nearest" });
    });
  }

  // The card "This field" tells what the field in use means.
  document.addEventListener("focusin", (event) => {
    const card = document.querySelector("#this-field p");
    const field = event.target.closest(".field");
    const help = field && field.querySelector(".help");
    if (card && help) card.textContent = help.textContent;
    const past = document.getElementById("field-history");
    if (past && field && field.dataset.item) {
      past.href = past.dataset.address + encodeURIComponent(field.dataset.item);
      past.hidden = false;
    }
  });

  // A person goes on while the server judges: what its answer does not know yet is put back.
  const controls = () =>
    [...document.querySelectorAll("#sheet input, #sheet select, #sheet textarea")].filter((one) => one.id);
  const state = (one) => (written(one) || !one.matches("input") ? one.value : one.checked);
  const sentWith = new WeakMap();
  let since = [];
  let cleared = null;
  let focused = null;
  let unfolded = [];

  // Questions have boxes of their own beside the form (questions.js).
  const aside = (event) => event.detail.target && event.detail.target.closest(".question, .asking");
  document.addEventListener("htmx:beforeSend", (event) => {
    if (aside(event)) return;
    // Each request remembers its own: the next one may be on its way before the answer to this is drawn.
    sentWith.set(event.detail.xhr, { states: new Map(controls().map((one) => [one.id, state(one)])), cleared });
    cleared = null;
  });
  const lost = (is) => {
    const notice = document.getElementById("lost");
    if (notice) notice.hidden = !is;
  };
  document.addEventListener("htmx:sendError", () => lost(true));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!document.getElementById("sheet") || aside(event)) return;
    // After a logout the answer is another page: it must not take the place of what was typed.
    const expected = event.detail.serverResponse.includes('id="sheet"');
    if (!expected) event.detail.shouldSwap = false;
    lost(!expected);
    const { states: sent, cleared: emptied } = sentWith.get(event.detail.xhr) || { states: new Map(), cleared: null };
    // A box that was not there when it was sent, such as one for a reason, is kept when somebody wrote in it.
    const newer = (one) => typeof state(one) === "string" && "defaultValue" in one && one.value !== one.defaultValue;
    since = controls()
      .filter((one) => (sent.has(one.id) ? sent.get(one.id) !== state(one) : newer(one)))
      .map((one) => ({ id: one.id, state: state(one), active: one === document.activeElement }));
    focused = emptied;
    unfolded = [...document.querySelectorAll("#sheet details[id][open]")].map((one) => one.id);
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of unfolded) {
      const again = document.getElementById(id);
      if (again) again.open = true;
    }
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
    const field = focused && document.querySelector(`[data-item="${CSS.escape(focused)}"]`);
    const first = field && field.querySelector(".control input:not([type=hidden]), .control select");
    if (first) first.focus();
    since = [];
    focused = null;
  });

  // × empties the controls as by hand: the form asks for the judge itself, in its turn. A request of the
  // button's own would be dropped when an answer that is on its way draws the button anew.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-clear]");
    const field = button && button.closest(".field");
    if (!field) return;
    cleared = button.dataset.clear;
    const names = [cleared, `${cleared}__missing`];
    for (const one of field.querySelectorAll("input, select")) {
      if (!names.includes(one.name)) continue;
      if (one.matches("[type=radio], [type=checkbox]")) one.checked = false;
      else one.value = "";
    }
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  });
})();
