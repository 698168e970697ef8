// The button “See the effect” of the forms for synonyms and dictionary words: shows the answer below the field.
// Without script the button opens the same answer in a new tab.

async function ask(button) {
  const place = button.closest("[data-effect]").querySelector("[data-effect-found]");
  button.disabled = true;
  try {
    const response = await fetch(button.formAction, {
      method: "POST",
      body: new FormData(button.form),
      credentials: "same-origin",
      headers: { "X-Requested-With": "fetch" },
    });
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    place.innerHTML = await response.text();
  } catch {
    place.textContent = place.dataset.failed;
  } finally {
    button.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-effect-ask]");
  if (!button) return;
  event.preventDefault();
  ask(button);
});
