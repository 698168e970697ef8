// The facet panel as a drawer below 1024 px. Without this script the links #facets and #results open and close it.

const panel = document.getElementById("facets");
const opener = document.querySelector("[data-drawer-open]");
const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]), select, summary";

function open() {
  panel.classList.add("is-open");
  document.body.classList.add("is-locked");
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-modal", "true");
  panel.querySelector("h2").focus();
}

function close() {
  panel.classList.remove("is-open");
  document.body.classList.remove("is-locked");
  panel.removeAttribute("role");
  panel.removeAttribute("aria-modal");
}

function closeAndReturnFocus() {
  close();
  opener.focus();
}

// Tab goes from the last control to the first and back, so that the focus stays in the open drawer.
function trapFocus(event) {
  const controls = Array.from(panel.querySelectorAll(FOCUSABLE)).filter((element) => element.offsetParent !== null);
  const first = controls[0];
  const last = controls[controls.length - 1];
  const focused = document.activeElement;
  if (event.shiftKey && (focused === first || focused === panel.querySelector("h2"))) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && focused === last) {
    event.preventDefault();
    first.focus();
  }
}

if (panel && opener) {
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
  panel.addEventListener("click", (event) => {
    if (!event.target.closest("[data-drawer-close]")) return;
    event.preventDefault();
    closeAndReturnFocus();
  });
  panel.addEventListener("keydown", (event) => {
    if (!panel.classList.contains("is-open")) return;
    if (event.key === "Escape") closeAndReturnFocus();
    else if (event.key === "Tab") trapFocus(event);
  });
  // addListener: older Safari has no addEventListener on media queries.
  window.matchMedia("(max-width: 63.99em)").addListener((query) => {
    if (!query.matches) close();
  });
}
