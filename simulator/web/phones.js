// Asks for the page anew and takes over what changed, text by text, so that neither reading,
// scrolling nor a half-written answer is disturbed.
"use strict";

const everyMilliseconds = 1000;
const nearTheEnd = 40;

function setText(element, text) {
  if (element && element.textContent !== text) {
    element.textContent = text;
  }
}

// Brings the children of `shown` into the state of `fresh`, matched by id; `update` mends a pair.
function follow(shown, fresh, update) {
  const wanted = new Set(Array.from(fresh.children, (child) => child.id));
  for (const child of Array.from(shown.children)) {
    if (!wanted.has(child.id)) {
      child.remove();
    }
  }
  Array.from(fresh.children).forEach((child, place) => {
    const known = document.getElementById(child.id);
    if (known) {
      update(known, child);
    } else {
      shown.insertBefore(document.importNode(child, true), shown.children[place] || null);
    }
  });
}

function updateText(shown, fresh) {
  setText(shown.querySelector(".state"), fresh.querySelector(".state").textContent);
}

function updatePhone(shown, fresh) {
  for (const part of [".note", ".empty", ".to"]) {
    setText(shown.querySelector(part), fresh.querySelector(part).textContent);
  }
  const log = shown.querySelector(".log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < nearTheEnd;
  follow(log.querySelector("ol"), fresh.querySelector("ol"), updateText);
  if (atEnd) {
    log.scrollTop = log.scrollHeight;
  }
}

function takeOver(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (!page.getElementById("phones")) {
    return;
  }
  follow(document.getElementById("phones"), page.getElementById("phones"), updatePhone);
  for (const id of ["inbound", "nothing"]) {
    setText(document.getElementById(id), page.getElementById(id).textContent);
  }
}

async function refresh() {
  if (!document.hidden) {
    const trouble = document.getElementById("trouble");
    try {
      const answer = await fetch("/", { cache: "no-store" });
      takeOver(await answer.text());
      setText(trouble, "");
    } catch {
      setText(trouble, "The network does not answer. Asking again.");
    }
  }
  setTimeout(refresh, everyMilliseconds);
}

async function send(form) {
  const said = form.querySelector("output");
  try {
    const content = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body: content });
    if (!answer.ok) {
      throw new Error("refused");
    }
    form.querySelector("textarea").value = "";
    said.textContent = "Sent.";
    takeOver(await answer.text());
  } catch {
    said.textContent = "Not sent. Try again.";
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
    event.target.form.requestSubmit();
  }
});

for (const log of document.querySelectorAll(".log")) {
  log.scrollTop = log.scrollHeight;
}
refresh();
