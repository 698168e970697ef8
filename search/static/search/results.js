// The results page: choosing an order sends the form; its button is for readers without script.
document.querySelectorAll("form[data-submit-on-change]").forEach((form) => {
  const button = form.querySelector("button[type=submit]");
  if (button) { button.hidden = true; }
  form.addEventListener("change", () => form.submit());
});
