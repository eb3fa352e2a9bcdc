// What the pages do better with a script; without it every form still works.
"use strict";

const page = document.body.dataset.page || "";
const review = document.querySelector("main[data-draft]");
const speak = document.querySelector("[data-speak]");
const shownAt = performance.now();
const TOO_SOON = 500; // ms: a second press meant for the page before
const SIGN_EVERY = 8000; // ms between two signs that somebody is here

// ── a set-up link carries its key behind the #, which no server and no log sees ──

for (const field of document.querySelectorAll("[data-from-fragment]")) {
  if (!field.value && location.hash.length > 1) {
    field.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }
}

// ── keys ────────────────────────────────────────────────────────────────────────

function isTyping(target) {
  return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}

function isUsable(element) {
  return !element.disabled && element.getClientRects().length > 0;
}

function named(event) {
  const held = event.ctrlKey || event.metaKey;
  if (event.altKey || (held && event.key !== "Enter")) return "";
  return held ? "Control+Enter" : event.key;
}

function forKey(key) {
  // Digits belong to the choice that is open; letters to the page.
  const open = document.querySelector(".choice[open]");
  const scope = /^[0-9]$/.test(key) ? open : document;
  if (!scope) return null;
  const all = scope.querySelectorAll("[data-key]");
  return [...all].find((one) => one.dataset.key.split(" ").includes(key) && isUsable(one)) || null;
}

function act(element) {
  if (element.tagName === "SUMMARY") {
    const box = element.parentElement;
    for (const other of document.querySelectorAll(".choice[open]")) {
      if (other !== box) other.open = false;
    }
    box.open = !box.open;
    if (box.open) box.querySelector("textarea, input:not([type=hidden]), button")?.focus();
    return;
  }
  element.click();
}

let warned = false;

function mayApprove(element) {
  if (!("approve" in element.dataset) || warned || review?.dataset.risks === "0") return true;
  // What to look at is read out first; the second press means it.
  warned = true;
  const risks = [...document.querySelectorAll(".risks li")].map((line) => line.textContent);
  element.classList.add("warned");
  if (speak) speak.textContent = `${speak.dataset.twice} ${risks.join(" ")}`;
  return false;
}

document.addEventListener("keydown", (event) => {
  // What lies behind an open sheet cannot be seen: no key is meant for it.
  if (document.body.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
  // 229: an input method is at work; macOS says so once more after it has ended.
  if (event.repeat || event.isComposing || event.keyCode === 229) return;
  const key = named(event);
  const typing = isTyping(event.target);
  if (!key || (typing && !["Escape", "Control+Enter"].includes(key))) return;
  if (performance.now() - shownAt < TOO_SOON) return;
  if (key === "Escape") {
    if (leave(event.target, typing)) event.preventDefault();
    return;
  }
  if (key === "?") {
    document.querySelector("dialog.keys")?.showModal();
    return;
  }
  if (page === "queue" && inList(key, event)) return;
  // With the keyboard's own button under the fingers, Enter is that button's.
  const element = forKey(key);
  if (!element) return;
  event.preventDefault();
  if (mayApprove(element)) act(element);
});

function leave(target, typing) {
  const open = document.querySelector(".choice[open], .edit[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
    return true;
  }
  if (typing) {
    target.blur();
    return true;
  }
  const back = document.querySelector('[data-key="Escape"]');
  if (back) back.click();
  return back !== null;
}

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
}
for (const opener of document.querySelectorAll("[data-opens-keys]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => document.querySelector("dialog.keys")?.showModal());
}

// ── the queue: a chosen line ────────────────────────────────────────────────────

const lines = [...document.querySelectorAll("tr[data-href]")];
let at = -1;

function choose(place) {
  if (!lines.length) return;
  lines[at]?.classList.remove("chosen");
  at = Math.max(0, Math.min(lines.length - 1, place));
  lines[at].classList.add("chosen");
  lines[at].querySelector("a").focus();
}

function inList(key, event) {
  if (key === "j") choose(at + 1);
  else if (key === "k") choose(at - 1);
  else if (key === "Enter" && at >= 0 && event.target.tagName !== "A") location.href = lines[at].dataset.href;
  else if (key === "/") document.querySelector("[data-search]")?.focus();
  else return false;
  event.preventDefault();
  return true;
}

// ── what was typed and not yet saved survives a reload ──────────────────────────

// What was handed over is forgotten once a page says so; where the desk refused it, or
// nobody was logged in any more, it is still here.
const handed = sessionStorage.getItem("mailroom handed over");
sessionStorage.removeItem("mailroom handed over");
if (handed && page !== "stop") localStorage.removeItem(handed);

for (const form of document.querySelectorAll("form[data-keeps]")) {
  const name = `mailroom ${form.dataset.keeps}`;
  const fields = [...form.querySelectorAll("textarea, input:not([type=hidden])")];
  const first = JSON.stringify(fields.map((field) => field.value));
  const kept = localStorage.getItem(name);
  if (kept && kept !== first) {
    JSON.parse(kept).forEach((value, number) => {
      if (fields[number]) fields[number].value = value;
    });
    const box = form.closest("details");
    if (box) box.open = true;
    unsaved(form, true);
  }
  form.addEventListener("input", () => {
    const typed = JSON.stringify(fields.map((field) => field.value));
    if (typed === first) localStorage.removeItem(name);
    else localStorage.setItem(name, typed);
    unsaved(form, typed !== first);
  });
  form.addEventListener("submit", () => sessionStorage.setItem("mailroom handed over", name));
  form.querySelector("[data-discard]")?.addEventListener("click", () => {
    localStorage.removeItem(name);
    form.reset();
    unsaved(form, false);
  });
}

function unsaved(form, is) {
  form.classList.toggle("unsaved", is);
  const discard = form.querySelector("[data-discard]");
  if (discard) discard.hidden = !is;
  const warning = document.querySelector("[data-unsaved]");
  if (warning && !is) warning.hidden = true;
}

// Whoever comes to this browser next finds nothing half-written of another.
document.querySelector('form[action="/logout"]')?.addEventListener("submit", () => {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith("mailroom ")) localStorage.removeItem(name);
  }
});

// ── who else is here, and whether this is still what it was ─────────────────────

function told(answer) {
  const place = document.querySelector("[data-others]");
  if (!place) return;
  place.replaceChildren(
    ...answer.others.map((other) => {
      const tag = document.createElement("span");
      tag.className = "tag who";
      tag.textContent = (other.editing ? place.dataset.editing : place.dataset.looking).replace("{name}", other.who);
      return tag;
    }),
  );
  const changed = String(answer.version) !== review.dataset.version || answer.state !== review.dataset.state || String(answer.heard) !== review.dataset.heard;
  const line = document.querySelector("[data-changed]");
  if (line) line.hidden = !changed;
}

async function sign() {
  const editing = document.querySelector(".edit[open]") ? "yes" : "no";
  try {
    const answer = await fetch(`/drafts/${review.dataset.draft}/here`, {
      method: "POST",
      body: new URLSearchParams({ editing }),
    });
    if (answer.ok) told(await answer.json());
  } catch {
    // The desk does not answer just now: the next sign may.
  }
}

if (review) {
  sign();
  setInterval(() => document.visibilityState === "visible" && sign(), SIGN_EVERY);
  window.addEventListener("focus", sign);
}

// ── the seconds in which an approval can be undone ──────────────────────────────

for (const place of document.querySelectorAll("[data-seconds]")) {
  const end = performance.now() + Number(place.dataset.seconds) * 1000;
  const tick = setInterval(() => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    place.textContent = place.dataset.words.replace("{n}", left);
    if (!left) clearInterval(tick);
  }, 1000);
}

// ── a second click on the same button is the same click ─────────────────────────

function mustNotApprove(form) {
  if (!form.matches(".bar form") || !form.querySelector("[data-approve]")) return false;
  // A double tap: its second half was meant for the letter before.
  if (performance.now() - shownAt < TOO_SOON) return true;
  // The words on the screen are not those that would leave.
  const warning = document.querySelector("form.unsaved[data-keeps]") && document.querySelector("[data-unsaved]");
  if (!warning) return false;
  warning.hidden = false;
  warning.scrollIntoView({ block: "nearest" });
  if (speak) speak.textContent = warning.textContent;
  return true;
}

for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent || mustNotApprove(form)) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", (event) => {
  // Back from the browser's memory: what it shows may be long gone.
  if (event.persisted) location.reload();
});

// ── rules: from a problem to its line ───────────────────────────────────────────

const source = document.querySelector("textarea[data-source]");

for (const link of source ? document.querySelectorAll("a[data-line]") : []) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const before = source.value.split("\n").slice(0, Number(link.dataset.line));
    const end = before.join("\n").length;
    source.focus();
    source.setSelectionRange(end - before.at(-1).length, end);
    const height = parseFloat(getComputedStyle(source).lineHeight);
    source.scrollTop = Math.max(0, (before.length - 5) * height);
    source.scrollIntoView({ block: "nearest" });
  });
}
