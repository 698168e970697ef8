// The facet panel as a drawer below 1024 px. Without this file the links #facets and #results do the same.
const panel = document.getElementById("facets");
const opener = document.querySelector("[data-drawer-open]");
const stops = "a[href], button:not([disabled]), input:not([disabled]), select, summary";

function open() {
  panel.classList.add("is-open");
  document.body.classList.add("is-locked");
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-modal", "true");
  panel.querySelector("h2").focus();
}

function close(back) {
  panel.classList.remove("is-open");
  document.body.classList.remove("is-locked");
  panel.removeAttribute("role");
  panel.removeAttribute("aria-modal");
  if (back) { opener.focus(); }
}

if (panel && opener) {
  opener.addEventListener("click", (event) => { event.preventDefault(); open(); });
  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-drawer-close]")) { event.preventDefault(); close(true); }
  });
  panel.addEventListener("keydown", (event) => {
    if (!panel.classList.contains("is-open")) { return; }
    if (event.key === "Escape") { close(true); return; }
    if (event.key !== "Tab") { return; }
    const all = Array.from(panel.querySelectorAll(stops)).filter((element) => element.offsetParent !== null);
    const first = all[0];
    const last = all[all.length - 1];
    const head = panel.querySelector("h2");
    if (event.shiftKey && (document.activeElement === first || document.activeElement === head)) {
      event.preventDefault();
      last.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first.focus();
    }
  });
  window.matchMedia("(max-width: 63.99em)").addListener((query) => { if (!query.matches) { close(false); } });
}
