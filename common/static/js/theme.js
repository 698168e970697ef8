// Light, dark or as the system says. The choice is kept in this browser only.
const root = document.documentElement;
const order = ["auto", "light", "dark"];

function read() {
  try { return localStorage.getItem("theme") || "auto"; } catch (error) { return "auto"; }
}

function show(value) {
  if (value === "auto") { root.removeAttribute("data-theme"); } else { root.setAttribute("data-theme", value); }
  document.querySelectorAll("[data-theme-switch]").forEach((button) => {
    button.hidden = false;
    button.querySelector("[data-theme-word]").textContent = button.dataset[value];
  });
}

show(read());
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-switch]");
  if (!button) { return; }
  const next = order[(order.indexOf(read()) + 1) % order.length];
  try { localStorage.setItem("theme", next); } catch (error) { /* private window: the choice lasts for this page */ }
  show(next);
});
