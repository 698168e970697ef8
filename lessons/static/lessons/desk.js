// Buttons that keep a resource or pick a page without leaving the page. Without this script they submit the form #desk.

const SEPARATOR = " ";

// The button's next name: <button name="keep" data-desk="keep drop"> sends keep, then drop.
export function nameFor(names, isPressed) {
  const [on, off] = names.split(SEPARATOR);
  return isPressed ? off : on;
}

export function show(button, isPressed) {
  button.setAttribute("aria-pressed", String(isPressed));
  button.name = nameFor(button.dataset.desk, isPressed);
}

async function send(button) {
  const body = new FormData(button.form);
  body.set(button.name, button.value);
  const response = await fetch(button.formAction, {
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "X-Requested-With": "fetch" },
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message || "");
  return answer;
}

function say(text) {
  const place = document.querySelector("[data-desk-says]");
  if (place) place.textContent = text || place.dataset.failed;
}

function showBar(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  document.getElementById("basket")?.replaceWith(template.content);
}

function picked() {
  return new Set((document.getElementById("basket")?.dataset.picked || "").split(SEPARATOR));
}

// The strip's later parts come from the browser's cache, where they may be minutes old.
function refresh(place) {
  const sources = picked();
  for (const button of place.querySelectorAll('button[data-desk="pick unpick"]')) {
    show(button, sources.has(button.value));
  }
}

export function sourceOf(source, number) {
  return [...source.split(":").slice(0, 2), number].join(":");
}

// The viewer's own button names the page that is shown.
function turnTo(number) {
  for (const button of document.querySelectorAll("[data-turns]")) {
    button.value = sourceOf(button.value, number);
    show(button, picked().has(button.value));
  }
}

async function press(button) {
  button.disabled = true;
  try {
    const answer = await send(button);
    // The same page may be shown twice: among the hits and in the strip.
    for (const twin of document.querySelectorAll("button[data-desk]")) {
      if (twin.value === button.value && twin.dataset.desk === button.dataset.desk) show(twin, answer.pressed);
    }
    if (answer.bar) showBar(answer.bar);
    if (answer.says) say(answer.says);
  } catch (error) {
    say(error.message);
  } finally {
    button.disabled = false;
    button.focus();
  }
}

if (typeof document !== "undefined") {
  // The viewer says aloud which page it turned to; its field has the number.
  const spoken = document.querySelector("[data-viewer] [data-live]");
  const field = document.querySelector("[data-jump] [name=p]");
  if (spoken && field) new MutationObserver(() => turnTo(field.value)).observe(spoken, { childList: true });
  const strip = document.querySelector("[data-strip]");
  if (strip) new MutationObserver(() => refresh(strip)).observe(strip, { childList: true });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-desk]");
    if (!button?.form) return;
    event.preventDefault();
    press(button);
  });
}
