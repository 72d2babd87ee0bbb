// What is kept of a form before it is saved, and when is a reason asked? No inline code: strict CSP.
"use strict";

(() => {
  const form = document.getElementById("entry");
  if (!form) return;

  // After a refusal the first thing to do has the focus.
  // Some of its boxes stand beside the form.
  const wrong = [...form.elements].find((one) => one.getAttribute("aria-invalid") === "true");
  if (wrong) wrong.focus();

  // --- a reason is asked where a stored answer changes: shown at once, the server decides ---

  const held = (field) => {
    const name = field.dataset.item;
    const named = (suffix) =>
      [...field.querySelectorAll(`[name="${CSS.escape(name + suffix)}"]`)].filter(
        (one) => !one.matches("[type=radio], [type=checkbox]") || one.checked,
      );
    const value = named("").map((one) => one.value.trim()).filter(Boolean).join(",");
    const unit = named("__unit").map((one) => one.value)[0];
    return value ? (unit ? `${value} ${unit}` : value) : named("__missing").map((one) => one.value).join("");
  };
  const ask = (event) => {
    const field = event.target.closest(".field[data-item]");
    const was = field && field.querySelector(".was");
    if (was && !was.contains(event.target)) was.hidden = held(field) === was.dataset.held;
  };
  form.addEventListener("input", ask);

  // --- what is typed is not "not answered" any more, though nobody has judged it yet ---

  const unanswered = new WeakMap();
  const pencil = (event) => {
    const field = event.target.closest(".field[data-item]");
    const mark = field && field.querySelector(":scope > .mark");
    if (!mark || !(mark.matches(".none") || unanswered.has(mark))) return;
    if (!unanswered.has(mark)) unanswered.set(mark, [...mark.children].map((one) => one.textContent));
    const [sign, words] = held(field) ? ["✎", form.dataset.typed] : unanswered.get(mark);
    const [shown, read] = mark.children;
    shown.textContent = sign;
    read.textContent = words;
  };
  form.addEventListener("input", pencil);

  // --- drafts: each second while something changes, never in the way of typing ---

  const address = form.dataset.draft;
  if (!address) return;
  const EACH = 1000;
  const said = document.getElementById("draft-said");
  const NOT_TYPED = ["csrfmiddlewaretoken", "next", "save", "clear", "refused", "same"];
  const typed = () => {
    const data = new FormData(form);
    NOT_TYPED.forEach((name) => data.delete(name));
    return new URLSearchParams(data).toString();
  };
  let kept = typed();
  let timer = null;
  let underWay = null;
  let leaving = false;
  // Which page this is, and as which of its drafts one is sent: they may arrive in another order.
  const page = Math.random().toString(36).slice(2, 14);
  let turn = 0;

  const tell = (words, failed) => {
    if (!said) return;
    if (said.textContent !== words) said.textContent = words;
    said.classList.toggle("failed", failed);
  };
  const keep = async (last) => {
    timer = null;
    const body = typed();
    if (leaving || body === kept) return;
    if (underWay && !last) {
      timer = setTimeout(keep, EACH);
      return;
    }
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const headers = { "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded" };
    turn += 1;
    const sent = `${body}&draft-page=${page}&draft-turn=${turn}`;
    const mine = fetch(address, { method: "POST", headers, body: sent, keepalive: Boolean(last), redirect: "error" });
    underWay = mine;
    try {
      const answer = await mine;
      if (!answer.ok) throw new Error(answer.status);
      kept = body;
      tell((await answer.json()).says, false);
    } catch {
      tell(said ? said.dataset.failed || "" : "", true);
      timer = timer || setTimeout(keep, 5 * EACH);
    } finally {
      if (underWay === mine) underWay = null;
    }
  };
  const soon = () => {
    if (timer === null && !leaving) timer = setTimeout(keep, EACH);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  document.addEventListener("htmx:afterSwap", soon);
  window.addEventListener("pagehide", () => keep(true));

  // A draft on its way must arrive before what is saved or discarded: later it would come back.
  const after = (leaver) =>
    leaver.addEventListener("submit", (event) => {
      leaving = true;
      clearTimeout(timer);
      if (!underWay) return;
      event.preventDefault();
      const again = () => leaver.requestSubmit(event.submitter);
      underWay.then(again, again);
      underWay = null;
    });
  after(form);
  const discard = document.querySelector("form.restored");
  if (discard) after(discard);
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
})();
