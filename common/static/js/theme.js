// Light, dark, or as the system is set. The choice is stored in this browser only.

const THEMES = ["auto", "light", "dark"];

function storedTheme() {
  try {
    return localStorage.getItem("theme") || "auto";
  } catch {
    return "auto";
  }
}

function storeTheme(theme) {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Private window: the choice lasts for this page.
  }
}

function apply(theme) {
  if (theme === "auto") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    button.hidden = false;
    button.querySelector("[data-theme-word]").textContent = button.dataset[theme];
  }
}

apply(storedTheme());
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const next = THEMES[(THEMES.indexOf(storedTheme()) + 1) % THEMES.length];
  storeTheme(next);
  apply(next);
});
