// Drafts: what is typed in a form is kept at a pause of typing and on leaving, and its line says
// when. Without this file the button beside the line does it.
"use strict";

const PAUSE = 1500; // milliseconds without a letter typed

function watch(form) {
  const keep = form.querySelector("[data-draft]");
  const line = form.querySelector("[data-kept]");
  let timer = 0;
  let typed = false; // something that was not kept yet
  let sent = false;

  async function send() {
    clearTimeout(timer);
    if (!typed || sent) return;
    typed = false;
    const body = new FormData(form);
    body.set("form", keep.value);
    const headers = { Accept: "application/json" };
    try {
      const answer = await fetch(keep.formAction, { method: "POST", body, headers, keepalive: true });
      if (answer.ok && !answer.redirected) line.textContent = (await answer.json()).words;
      else typed = true;
    } catch {
      typed = true; // the network is away: the next pause tries again
    }
  }

  form.addEventListener("input", () => {
    typed = true;
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  });
  form.addEventListener("submit", () => {
    sent = true;
  });
  window.addEventListener("pagehide", send);
  document.addEventListener("visibilitychange", () => document.hidden && send());
}

for (const form of document.querySelectorAll("form:has([data-draft])")) watch(form);
