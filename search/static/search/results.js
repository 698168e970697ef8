// The results page: choosing an order submits the form. Its button is for readers without JavaScript.

for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  const button = form.querySelector("button[type=submit]");
  if (button) button.hidden = true;
  form.addEventListener("change", () => form.submit());
}
