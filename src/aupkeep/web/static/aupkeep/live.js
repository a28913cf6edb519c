// A list that keeps up: the page is asked for again with its mark while somebody looks at it, and
// answers 304 while nothing is new. A row is put in the place of the same row, never of one under
// the pointer or the focus; where rows would come, go or move, a line says so and a button does it.
// Without this file the page shows what it showed when it was loaded.
"use strict";

const EVERY = 15000; // milliseconds between two questions
const list = document.querySelector("[data-live]");
const line = list.querySelector("[data-told]");
let mark = list.dataset.live;
let there = null; // the list as it is now, not shown yet
let timer = 0;
let asking = false;

const rowsOf = (place) =>
  new Map(Array.from(place.querySelectorAll("[data-row]"), (row) => [row.dataset.row, row]));
const held = (row) => row.matches(":hover, :focus-within");
const copy = (node) => document.importNode(node, true);
const ticked = (row) => row.querySelector("input[type=checkbox]:checked") !== null;

// Puts the row as it is now in the place of the old one; what was ticked stays ticked.
function renew(old, row) {
  const fresh = copy(row);
  if (ticked(old)) fresh.querySelector("input[type=checkbox]").checked = true;
  fresh.classList.toggle("fresh", old.dataset.mark !== row.dataset.mark);
  old.replaceWith(fresh);
}

// Counts and titles beside the list: the links stay, only what they say is new.
function recount(page) {
  for (const said of page.querySelectorAll(".facets a[href], .top nav a[href]")) {
    for (const link of document.querySelectorAll(".facets a[href], .top nav a[href]")) {
      const same = link.getAttribute("href") === said.getAttribute("href");
      if (same && link.textContent !== said.textContent) {
        link.replaceChildren(...copy(said).childNodes);
      }
    }
  }
  document.title = page.title;
}

// What the line says: how many are new, changed under the pointer, gone, or only elsewhere.
function tell(counts) {
  const parts = Object.entries(counts)
    .filter(([, count]) => count)
    .map(([what, count]) => line.dataset[what].replace("#", count));
  const words = parts.join(", ");
  if (line.dataset.now === words) return;
  line.dataset.now = words;
  line.hidden = !words;
  line.querySelector("span").textContent = words;
}

function settle(page) {
  there = page.querySelector("[data-live]");
  const now = rowsOf(list);
  const next = rowsOf(there);
  const counts = { new: 0, changed: 0, gone: 0, moved: 0 };
  for (const [name, row] of next) {
    const old = now.get(name);
    if (!old) counts.new += 1;
    else if (!held(old)) old.isEqualNode(row) || renew(old, row);
    else if (old.dataset.mark !== row.dataset.mark) counts.changed += 1;
  }
  for (const [name, row] of now) {
    row.classList.toggle("gone", !next.has(name));
    if (!next.has(name)) counts.gone += 1;
  }
  const order = [...next.keys()].filter((name) => now.has(name));
  const shown = [...now.keys()].filter((name) => next.has(name));
  if (order.join() !== shown.join()) counts.moved = 1;
  tell(counts);
  recount(page);
}

// Shows the list as it is: the focus stays on its row, or goes to the heading.
function show() {
  const marked = new Set([...rowsOf(list)].filter(([, row]) => ticked(row)).map(([name]) => name));
  const focus = document.activeElement?.closest("[data-row]")?.dataset.row;
  const parts = [...there.childNodes].map(copy);
  list.replaceChildren(...parts.filter((part) => !part.dataset || part.dataset.told === undefined));
  list.prepend(line);
  tell({});
  const rows = rowsOf(list);
  for (const name of marked) {
    const box = rows.get(name)?.querySelector("input[type=checkbox]");
    if (box) box.checked = true;
  }
  const row = rows.get(focus) ?? rows.values().next().value;
  (row?.querySelector("a[href]") ?? document.getElementById("main")).focus();
}

async function ask() {
  const headers = { "If-None-Match": mark, "Aupkeep-Live": "1" };
  const answer = await fetch(location.href, { headers });
  if (answer.status === 304) return true;
  if (answer.redirected || (answer.status >= 400 && answer.status < 500)) return false;
  if (answer.ok) {
    mark = answer.headers.get("ETag") ?? mark;
    settle(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }
  return true;
}

// Asks while the page can be seen; who is signed out, or may not look any more, is not asked for.
async function turn() {
  clearTimeout(timer);
  if (asking || document.hidden) return;
  asking = true;
  let on = true;
  try {
    on = await ask();
  } catch {
    on = true; // the network is away: the next turn asks again
  }
  asking = false;
  if (on) timer = setTimeout(turn, EVERY);
  else document.removeEventListener("visibilitychange", turn);
}

line.querySelector("button").addEventListener("click", show);
document.addEventListener("visibilitychange", turn);
timer = setTimeout(turn, EVERY);
