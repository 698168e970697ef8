// The results page: choosing an order submits the form. Its button is for readers without JavaScript. The drawer's button
// counts the results of the filters in force, so the number goes when a reader changes them.

for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  const button = form.querySelector("button[type=submit]");
  if (button) button.hidden = true;
  form.addEventListener("change", () => form.submit());
}

for (const button of document.querySelectorAll("[data-count-button]")) {
  button.form.addEventListener("change", () => {
    button.textContent = button.dataset.unknown;
  });
}
