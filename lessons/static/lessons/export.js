// Loads the panel of an export again while the export is being made.

const place = document.querySelector("[data-export]");
const PAUSES = [1000, 1000, 2000, 2000, 3000];
const LONGEST = 5000;

function working() {
  return place?.querySelector("[data-working]");
}

function state() {
  return place.querySelector("[data-state]")?.dataset.state;
}

async function look(turn) {
  try {
    const response = await fetch(place.dataset.export, { credentials: "same-origin" });
    if (response.redirected) return;
    if (response.ok) show(await response.text());
  } catch {
    // Offline for a moment: the next turn asks again.
  }
  if (working()) later(turn + 1);
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  const bar = place.querySelector("progress");
  const newBar = fresh?.querySelector("progress");
  if (bar && newBar && fresh.dataset.state === state()) {
    // Only what moves, so that the focus stays and a screen reader is not told the whole panel.
    bar.max = newBar.max;
    bar.value = newBar.value;
    bar.nextElementSibling.textContent = newBar.nextElementSibling.textContent;
  } else if (fresh) {
    place.replaceChildren(fresh);
  }
}

function later(turn) {
  setTimeout(() => look(turn), PAUSES[turn] ?? LONGEST);
}

if (working()) later(0);
