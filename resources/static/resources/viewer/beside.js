// The viewer beside the form of a draft: open on wide screens, and turned by the links of the form.

export function standBeside(viewer) {
  const fold = viewer.root.closest("[data-beside]");
  if (!fold) return;
  if (window.matchMedia("(min-width: 64em)").matches) fold.open = true;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-turn-to]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!fold.open) {
      fold.open = true;
      viewer.root.scrollIntoView();
    }
    viewer.show(Number(link.dataset.turnTo));
  });
}
