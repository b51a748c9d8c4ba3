// Replaces the cards only when they changed, so that reading and scrolling are not disturbed.
"use strict";

const everyMilliseconds = 2000;

async function refresh() {
  if (document.hidden) {
    return;
  }
  try {
    const answer = await fetch("/", { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const shown = document.getElementById("phones");
    const fresh = page.getElementById("phones");
    if (fresh && shown.innerHTML !== fresh.innerHTML) {
      shown.innerHTML = fresh.innerHTML;
    }
  } catch {
    // The simulator is restarting: the cards stay, and the next round asks again.
  }
}

setInterval(refresh, everyMilliseconds);
