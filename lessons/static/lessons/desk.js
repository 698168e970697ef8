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

async function press(button) {
  button.disabled = true;
  try {
    const answer = await send(button);
    // The same page may be shown twice: among the hits and in the strip.
    for (const twin of document.querySelectorAll("button[data-desk]")) {
      if (twin.value === button.value && twin.dataset.desk === button.dataset.desk) show(twin, answer.pressed);
    }
    document.dispatchEvent(new CustomEvent("desk", { detail: { ...answer, value: button.value } }));
    if (answer.says) say(answer.says);
  } catch (error) {
    say(error.message);
  } finally {
    button.disabled = false;
    button.focus();
  }
}

if (typeof document !== "undefined") {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-desk]");
    if (!button?.form) return;
    event.preventDefault();
    press(button);
  });
}
