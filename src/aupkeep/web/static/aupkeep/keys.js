// Keys of the queue and of a case, for hands that stay on the keyboard. A key does nothing inside a
// field, and nothing with Alt, Ctrl or Meta but Ctrl-K. Each does what a link or button on the page
// does; without this file all of them are there.
"use strict";

const FIELDS = "input:not([type=checkbox]), textarea, select, summary, dialog *";
const rows = () => Array.from(document.querySelectorAll("table.rows .c-case a"));

// Moves to the row below or above; the first press goes to the first or last row.
function step(by) {
  const links = rows();
  const at = links.indexOf(document.activeElement);
  const start = by > 0 ? -1 : links.length;
  const to = Math.min(Math.max((at < 0 ? start : at) + by, 0), links.length - 1);
  if (links[to]) links[to].focus();
}

const follow = (selector) => document.querySelector(selector)?.click();
const find = () => document.querySelector("#find, #q")?.focus();
const help = () => document.querySelector("dialog#keys")?.showModal();

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement?.closest("tr")?.querySelector('input[name="case"]')?.click(),
  n: () => follow('a[rel="next"]'),
  u: () => follow('header nav a[href="/queue"]'),
  m: () => follow('form[action$="/assign"] button'),
  w: () => follow('form[action$="/snooze"] button'),
  r: () => follow('main a[href$="/write"]'),
  "/": find,
  "?": help,
};

document.addEventListener("keydown", (event) => {
  const search = event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.matches(FIELDS);
  const act = search ? find : plain && Object.hasOwn(ACTS, event.key) && ACTS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
