// What a key does in the viewer. Presenters send Page Up, Page Down, B and Escape.

const ARROWS = { ArrowRight: 1, ArrowLeft: -1 };
const PAGE_KEYS = { PageDown: 1, PageUp: -1 };
const FULL_VIEW_KEYS = { ArrowDown: 1, ArrowUp: -1 };
const ENDS = { Home: "first", End: "last" };

// place: "page" (focus outside the viewer), "viewer" (inside) or "full" (full view).
// Returns { turn: 1 or -1 }, { goTo: "first" or "last" }, { act: "black" or "close" }, or null.
export function actionOf(key, place, { shift = false, onControl = false } = {}) {
  if (key in ARROWS) return { turn: ARROWS[key] };
  if (place === "page") return null;
  if (key in PAGE_KEYS) return { turn: PAGE_KEYS[key] };
  if (key in ENDS) return { goTo: ENDS[key] };
  if (place !== "full") return null;
  if (key in FULL_VIEW_KEYS) return { turn: FULL_VIEW_KEYS[key] };
  // On a focused button the space bar presses it.
  if (key === " ") return onControl ? null : { turn: shift ? -1 : 1 };
  if (key === "b" || key === "B" || key === ".") return { act: "black" };
  return key === "Escape" ? { act: "close" } : null;
}
