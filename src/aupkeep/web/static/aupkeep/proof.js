// The proof of work of the notice form: looks for a text whose SHA-256 (FIPS 180-4) begins with
// enough zero bits. The same file is the page's script and, in a worker, the search itself.
// The page works without it: then a short wait takes its place.
"use strict";

const ROUNDS = 64;
const CHUNK = 20000; // tries between two words to the page

// The first 32 bits of the fractional parts of the cube (K) and square (H) roots of the first primes.
const K = new Uint32Array(ROUNDS);
const H = new Uint32Array(8);
for (let number = 2, found = 0; found < ROUNDS; number += 1) {
  let prime = true;
  for (let factor = 2; factor * factor <= number; factor += 1) prime = prime && number % factor !== 0;
  if (prime) {
    if (found < 8) H[found] = Math.floor((Math.sqrt(number) % 1) * 4294967296);
    K[found] = Math.floor((Math.cbrt(number) % 1) * 4294967296);
    found += 1;
  }
}

const words = new Uint32Array(ROUNDS);

// One block of 16 words into the state.
function compress(state, block) {
  words.set(block);
  for (let i = 16; i < ROUNDS; i += 1) {
    const x = words[i - 15];
    const y = words[i - 2];
    const s = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const t = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = words[i - 16] + s + words[i - 7] + t;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < ROUNDS; i += 1) {
    const s = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t = (h + s + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const u = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const v = (u + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + v) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

// The digest of a text in ASCII, as eight words.
function digest(text) {
  const length = text.length;
  const blocks = new Uint32Array(((length + 8) >> 6) * 16 + 16);
  for (let i = 0; i < length; i += 1) blocks[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
  blocks[length >> 2] |= 0x80 << (24 - (length & 3) * 8);
  blocks[blocks.length - 1] = length * 8;
  const state = new Uint32Array(H);
  for (let at = 0; at < blocks.length; at += 16) compress(state, blocks.subarray(at, at + 16));
  return state;
}

function proves(text, bits) {
  const [first, second] = digest(text);
  return bits <= 32 ? Math.clz32(first) >= bits : first === 0 && Math.clz32(second) >= bits - 32;
}

function search(challenge, bits, start) {
  for (let number = start; number < start + CHUNK; number += 1) {
    if (proves(`${challenge}:${number}`, bits)) return number;
  }
  return -1;
}

// Searches in steps, so that whoever runs it can do other things between them.
function run(challenge, bits, done) {
  let start = 0;
  const step = () => {
    const found = search(challenge, bits, start);
    start += CHUNK;
    if (found >= 0) done(String(found));
    else setTimeout(step, 0);
  };
  step();
}

// Whoever looks at the page sees and hears that it works, and sends when it is ready.
function page() {
  const form = document.getElementById("send");
  if (!form) return;
  const status = form.querySelector("[role=status]");
  const field = form.querySelector("[name=proof]");
  const told = form.dataset;
  let waiting = null;
  const done = (solution) => {
    field.value = solution;
    status.textContent = told.done;
    if (waiting) form.requestSubmit(waiting);
  };
  form.addEventListener("submit", (event) => {
    if (field.value || !event.submitter || event.submitter.value !== "send") return;
    event.preventDefault();
    waiting = event.submitter;
    status.textContent = told.sending;
  });
  status.textContent = told.working;
  if ("pressed" in told) {
    waiting = form.querySelector("[value=send]"); // pressed before this script ran
    status.textContent = told.sending;
    document.querySelector("[role=alert]")?.remove(); // it asks for a wait and a second press
    waiting.focus();
  }
  const bits = Number(told.bits);
  const alone = () => setTimeout(() => run(told.challenge, bits, done), 50);
  try {
    const worker = new Worker(document.currentScript.src);
    worker.onmessage = (event) => done(event.data);
    worker.onerror = alone;
    worker.postMessage([told.challenge, bits]);
  } catch {
    alone();
  }
}

if (typeof document === "undefined") {
  self.onmessage = (event) => run(event.data[0], event.data[1], (found) => self.postMessage(found));
} else {
  page();
}
