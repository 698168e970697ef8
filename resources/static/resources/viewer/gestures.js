// Fingers on a slide: a drag sideways turns the page; in the full view two fingers zoom and one moves the zoomed slide.

const FLICK = 0.4; // pixels per millisecond
const LEAST_FLICK = 24;
const MOST_ZOOM = 5;
const DOUBLE_TAP = 300; // milliseconds
const TAP_ZOOM = 2.5;
const SLOP = 8; // pixels a finger may move in a tap

export const WHOLE = Object.freeze({ scale: 1, x: 0, y: 0 });

// 1: to the next page, -1: to the previous one, 0: back to where it was.
export function turnAfterDrag(dx, { width, milliseconds }) {
  const distance = Math.abs(dx);
  const isFlick = distance > LEAST_FLICK && distance / Math.max(milliseconds, 1) > FLICK;
  if (distance < width / 4 && !isFlick) return 0;
  return dx < 0 ? 1 : -1;
}

// Scale the view by a factor so that the point (from the centre of the stage) stays under the fingers.
export function zoomAround(view, factor, point) {
  const scale = Math.min(Math.max(view.scale * factor, 1), MOST_ZOOM);
  const ratio = scale / view.scale;
  return { scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio };
}

// The slide never leaves the stage empty at an edge.
export function withinStage(view, { width, height }) {
  const limit = (value, size) => {
    const most = ((view.scale - 1) * size) / 2;
    return Math.min(Math.max(value, -most), most);
  };
  return { scale: view.scale, x: limit(view.x, width), y: limit(view.y, height) };
}

// options: canTurn(step), neighbour(step) → node or null, turn(step), zooms (boolean).
export class Gestures {
  constructor(stage, options) {
    this.stage = stage;
    this.options = options;
    this.fingers = new Map();
    this.view = WHOLE;
    this.drag = null;
    this.lastTap = 0;
    stage.addEventListener("pointerdown", (event) => this.onDown(event));
    stage.addEventListener("pointermove", (event) => this.onMove(event));
    stage.addEventListener("pointerup", (event) => this.onUp(event));
    stage.addEventListener("pointercancel", (event) => this.onCancel(event));
  }

  // Show the whole slide again, as after turning the page.
  reset() {
    this.setView(WHOLE);
  }

  onDown(event) {
    if (event.pointerType === "mouse") return;
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.fingers.size > 1) {
      this.endDrag();
      return;
    }
    // A page zoomed by the browser is moved by the browser.
    if (window.visualViewport && window.visualViewport.scale > 1.01) return;
    this.drag = { x: event.clientX, y: event.clientY, begun: event.timeStamp, dx: 0, sideways: false };
  }

  onMove(event) {
    const finger = this.fingers.get(event.pointerId);
    if (!finger) return;
    const before = new Map(this.fingers);
    const now = { x: event.clientX, y: event.clientY };
    this.fingers.set(event.pointerId, now);
    if (this.fingers.size === 2 && this.options.zooms) this.pinch([...before.values()], [...this.fingers.values()]);
    else if (this.view.scale > 1) this.pan(now.x - finger.x, now.y - finger.y);
    else if (this.drag) this.dragTo(now);
  }

  onUp(event) {
    const isLast = this.fingers.delete(event.pointerId) && this.fingers.size === 0;
    if (!isLast || !this.drag) return;
    const { dx, begun, sideways, x, y } = this.drag;
    const isTap = Math.hypot(event.clientX - x, event.clientY - y) < SLOP;
    if (sideways) {
      const turned = turnAfterDrag(dx, { width: this.stage.clientWidth, milliseconds: event.timeStamp - begun });
      this.settle(this.options.canTurn(turned) ? turned : 0);
    } else if (isTap && this.options.zooms) this.tap(event);
    this.drag = null;
  }

  // The browser has taken the finger over, to scroll.
  onCancel(event) {
    this.fingers.delete(event.pointerId);
    this.endDrag();
  }

  dragTo({ x, y }) {
    const dx = x - this.drag.x;
    if (!this.drag.sideways) {
      if (Math.abs(dx) < SLOP || Math.abs(dx) < Math.abs(y - this.drag.y)) return;
      this.drag.sideways = true;
      this.showNeighbours();
    }
    // At the first and the last page the slide resists.
    this.drag.dx = this.options.canTurn(dx < 0 ? 1 : -1) ? dx : dx / 3;
    this.stage.style.setProperty("--drag", `${this.drag.dx}px`);
  }

  showNeighbours() {
    this.removeNeighbours();
    for (const step of [-1, 1]) {
      const page = this.options.canTurn(step) && this.options.neighbour(step);
      if (!page) continue;
      const place = document.createElement("div");
      place.className = `swipe__page swipe__page--${step > 0 ? "next" : "previous"}`;
      place.setAttribute("aria-hidden", "true");
      place.append(page);
      this.stage.append(place);
    }
  }

  removeNeighbours() {
    for (const place of this.stage.querySelectorAll(".swipe__page")) place.remove();
  }

  settle(step) {
    this.stage.classList.add("is-settling");
    this.stage.style.setProperty("--drag", `${-step * this.stage.clientWidth}px`);
    // transitionend does not come where motion is reduced.
    window.setTimeout(() => {
      if (step) this.options.turn(step);
      this.endDrag();
    }, 200);
  }

  endDrag() {
    this.drag = null;
    this.stage.classList.remove("is-settling");
    this.stage.style.removeProperty("--drag");
    this.removeNeighbours();
  }

  pinch([a, b], [c, d]) {
    const spread = (one, other) => Math.hypot(one.x - other.x, one.y - other.y) || 1;
    const before = this.fromCentre({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    const after = this.fromCentre({ x: (c.x + d.x) / 2, y: (c.y + d.y) / 2 });
    const zoomed = zoomAround(this.view, spread(c, d) / spread(a, b), before);
    this.setView({ ...zoomed, x: zoomed.x + after.x - before.x, y: zoomed.y + after.y - before.y });
  }

  pan(dx, dy) {
    this.setView({ ...this.view, x: this.view.x + dx, y: this.view.y + dy });
  }

  tap(event) {
    const isSecond = event.timeStamp - this.lastTap < DOUBLE_TAP;
    this.lastTap = isSecond ? 0 : event.timeStamp;
    if (!isSecond) return;
    const point = this.fromCentre({ x: event.clientX, y: event.clientY });
    this.setView(this.view.scale > 1 ? WHOLE : zoomAround(this.view, TAP_ZOOM, point));
  }

  fromCentre({ x, y }) {
    const box = this.stage.getBoundingClientRect();
    return { x: x - box.left - box.width / 2, y: y - box.top - box.height / 2 };
  }

  setView(view) {
    this.view = withinStage(view, { width: this.stage.clientWidth, height: this.stage.clientHeight });
    this.stage.style.setProperty("--zoom", String(this.view.scale));
    this.stage.style.setProperty("--pan-x", `${this.view.x}px`);
    this.stage.style.setProperty("--pan-y", `${this.view.y}px`);
  }
}
