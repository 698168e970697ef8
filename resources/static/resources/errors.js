// Puts the focus on the error summary, so that screen readers read it first.
export function focusErrors() {
  const summary = document.getElementById("errors");
  if (!summary) return;
  summary.setAttribute("tabindex", "-1");
  summary.focus();
}
