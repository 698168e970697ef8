// The full view: one slide on a dark layer that covers the window, for a classroom or a phone. Where the browser can, it
// covers the screen too; an iPhone cannot, and shows the layer alone.

import { Gestures } from "./gestures.js";

const IDLE_AFTER = 2500; // milliseconds without mouse or key

export class FullView {
  // viewer: { number, count, hits, canTurn, neighbour, turn, show, slideNodes }.
  constructor(layer, viewer) {
    this.layer = layer;
    this.viewer = viewer;
    this.stage = layer.querySelector("[data-full-stage]");
    this.at = layer.querySelector("[data-at]");
    this.black = layer.querySelector("[data-black]");
    this.nextHit = layer.querySelector("[data-next-hit]");
    this.gestures = new Gestures(this.stage, {
      zooms: true,
      canTurn: (step) => viewer.canTurn(step),
      neighbour: (step) => forScreen(viewer.neighbour(step)),
      turn: (step) => viewer.turn(step),
    });
    layer.addEventListener("click", (event) => this.onClick(event));
    layer.addEventListener("keydown", (event) => this.onTab(event));
    layer.addEventListener("mousemove", () => this.wake());
    for (const name of ["fullscreenchange", "webkitfullscreenchange"]) {
      document.addEventListener(name, () => this.onScreenChange());
    }
  }

  get isOpen() {
    return !this.layer.hidden;
  }

  open() {
    this.opener = document.activeElement;
    this.layer.hidden = false;
    document.body.classList.add("is-locked");
    this.paint();
    this.layer.focus();
    this.wake();
    this.coverScreen();
  }

  async coverScreen() {
    const request = this.layer.requestFullscreen || this.layer.webkitRequestFullscreen;
    try {
      await request?.call(this.layer, { navigationUI: "hide" });
    } catch {
      // The layer covers the window.
    }
  }

  async close() {
    if (!this.isOpen) return;
    this.layer.hidden = true;
    this.layer.classList.remove("is-black");
    document.body.classList.remove("is-locked");
    window.clearTimeout(this.idle);
    try {
      // Leaving the browser's full screen takes the focus away, so the focus returns afterwards.
      if (screenElement()) await (document.exitFullscreen || document.webkitExitFullscreen).call(document);
    } catch {
      // The browser has left it already.
    }
    this.opener?.focus();
  }

  // Escape, or the back button of a phone, ends the browser's full screen by itself.
  onScreenChange() {
    if (screenElement() === this.layer) this.covers = true;
    else if (this.covers) {
      this.covers = false;
      this.close();
    }
  }

  paint() {
    if (!this.isOpen) return;
    this.setBlack(false);
    this.gestures.reset();
    this.stage.replaceChildren(forScreen(this.viewer.slideNodes()));
    this.at.textContent = `${this.viewer.number} / ${this.viewer.count}`;
    for (const button of this.layer.querySelectorAll("[data-turn]")) {
      button.setAttribute("aria-disabled", String(!this.viewer.canTurn(Number(button.dataset.turn))));
    }
    const next = this.viewer.hits.find((number) => number > this.viewer.number);
    if (!this.nextHit) return;
    this.nextHit.hidden = next === undefined;
    this.nextHit.dataset.goTo = String(next);
    this.nextHit.lastElementChild.textContent = this.nextHit.dataset.text.replace("{n}", String(next));
  }

  toggleBlack() {
    this.setBlack(!this.layer.classList.contains("is-black"));
  }

  setBlack(isBlack) {
    this.layer.classList.toggle("is-black", isBlack);
    this.black.textContent = isBlack ? this.black.dataset.text : "";
  }

  // Where there is a mouse, the controls leave the slide alone while nothing moves.
  wake() {
    this.layer.classList.remove("is-idle");
    window.clearTimeout(this.idle);
    this.idle = window.setTimeout(() => this.layer.classList.add("is-idle"), IDLE_AFTER);
  }

  onClick(event) {
    const button = event.target.closest("button");
    if (this.layer.classList.contains("is-black")) this.setBlack(false);
    else if (button?.matches("[data-close]")) this.close();
    else if (button?.dataset.turn) this.viewer.turn(Number(button.dataset.turn));
    else if (button?.dataset.goTo) this.viewer.show(Number(button.dataset.goTo));
    else if (!button && this.stage.contains(event.target) && hasMouse()) this.viewer.turn(1);
  }

  // Tab stays among the controls of the layer.
  onTab(event) {
    this.wake();
    if (event.key !== "Tab") return;
    const controls = [...this.layer.querySelectorAll("button")].filter((button) => button.offsetParent !== null);
    const end = event.shiftKey ? controls[0] : controls[controls.length - 1];
    const start = event.shiftKey ? controls[controls.length - 1] : controls[0];
    if (document.activeElement !== end && document.activeElement !== this.layer) return;
    event.preventDefault();
    start.focus();
  }
}

function screenElement() {
  return document.fullscreenElement || document.webkitFullscreenElement || null;
}

function hasMouse() {
  return window.matchMedia("(hover: hover)").matches;
}

// The browser chooses the image by the width of the screen, not of the stage in the page.
function forScreen(nodes) {
  for (const image of nodes?.querySelectorAll("img[srcset]") ?? []) image.sizes = "100vw";
  return nodes;
}
