// The viewer: shows another page without reloading, by key, button or finger, and fills the strip as it is scrolled.
// Every control is also a plain link or form and works without this script; the full view needs it.

import { standBeside } from "./viewer/beside.js";
import { FullView } from "./viewer/full-view.js";
import { Gestures } from "./viewer/gestures.js";
import { actionOf } from "./viewer/keys.js";

class Viewer {
  constructor(root) {
    this.root = root;
    this.stage = root.querySelector("[data-stage]");
    this.text = root.querySelector("[data-pagetext]");
    this.strip = root.querySelector("[data-strip]");
    this.jump = root.querySelector("[data-jump]");
    this.imageLink = root.querySelector("[data-image]");
    this.found = root.querySelector("[data-found]");
    this.notch = root.querySelector("[data-notch]");
    this.live = root.querySelector("[data-live]");
    this.count = Number(root.dataset.count);
    this.url = root.dataset.pages;
    this.number = Number(root.dataset.number);
    this.requested = this.number; // the page asked for last; answers for another page come too late
    this.hits = (root.dataset.hits || "").split(" ").filter(Boolean).map(Number);
    this.pages = new Map(); // page number → promise of its DocumentFragment
    this.loaded = new Map(); // page number → its DocumentFragment
  }

  start() {
    this.showTabOfFile();
    if (!this.stage || !this.text || !this.count) return;
    standBeside(this);
    this.startFullView();
    this.gestures = new Gestures(this.stage, {
      zooms: false,
      canTurn: (step) => this.canTurn(step),
      neighbour: (step) => this.neighbour(step),
      turn: (step) => this.turn(step),
    });
    this.root.addEventListener("click", (event) => this.onClick(event));
    document.addEventListener("keydown", (event) => this.onKey(event));
    this.jump?.addEventListener("submit", (event) => this.onJump(event));
    window.addEventListener("hashchange", () => this.showFromHash());
    this.extendStripOnScroll();
    this.markCurrent();
    if (this.showFromHash()) this.root.scrollIntoView();
    this.preload(this.number + 1);
  }

  // The tab of the shown file may lie outside the row, which scrolls.
  showTabOfFile() {
    const tab = this.root.querySelector(".viewer__files [aria-current]");
    const row = tab?.closest("ul");
    if (row) row.scrollLeft += tab.getBoundingClientRect().right - row.getBoundingClientRect().right;
  }

  startFullView() {
    const layer = this.root.querySelector("[data-full-view]");
    if (!layer) return;
    this.full = new FullView(layer, this);
    for (const button of this.root.querySelectorAll("[data-open-full], [data-marks]")) button.hidden = false;
    if (this.imageLink) this.imageLink.hidden = true;
  }

  // --- pages

  canTurn(step) {
    return this.number + step >= 1 && this.number + step <= this.count;
  }

  turn(step) {
    return this.show(this.number + step);
  }

  // The stage of a neighbouring page, if it is loaded.
  neighbour(step) {
    return copyOf(this.loaded.get(this.number + step)?.querySelector("[data-stage]"));
  }

  slideNodes() {
    return copyOf(this.stage);
  }

  async fetchHtml(query) {
    const separator = this.url.includes("?") ? "&" : "?";
    const response = await fetch(this.url + separator + query, { credentials: "same-origin" });
    if (!response.ok) throw new Error(String(response.status));
    return response.text();
  }

  fetchPage(number) {
    if (!this.pages.has(number)) {
      const page = this.fetchHtml(`p=${number}`).then((html) => {
        // A template is inert: its images are not loaded yet.
        const template = document.createElement("template");
        template.innerHTML = html;
        this.loaded.set(number, template.content);
        return template.content;
      });
      page.catch(() => this.pages.delete(number));
      this.pages.set(number, page);
    }
    return this.pages.get(number);
  }

  // Load a neighbouring page and its image, so that turning to it is immediate.
  async preload(number) {
    if (number < 1 || number > this.count) return;
    try {
      const image = (await this.fetchPage(number)).querySelector("[data-stage] img");
      if (!image) return;
      const copy = new Image();
      copy.sizes = image.sizes;
      copy.srcset = image.srcset;
      copy.src = image.src;
    } catch {
      // The page is fetched again when the user turns to it.
    }
  }

  async show(number, { setHash = true } = {}) {
    const isShown = number === this.requested && number === this.number && setHash;
    if (number < 1 || number > this.count || isShown) return;
    this.requested = number;
    let page;
    try {
      page = await this.fetchPage(number);
    } catch {
      if (this.requested === number) this.navigateTo(number);
      return;
    }
    if (this.requested !== number) return;
    this.number = number;
    this.stage.innerHTML = page.querySelector("[data-stage]").innerHTML;
    this.text.innerHTML = page.querySelector("[data-pagetext]").innerHTML;
    if (setHash) history.replaceState(null, "", `#p${number}`);
    this.updateControls();
    this.full?.paint();
    await this.extendStripTo(number);
    this.markCurrent();
    this.preload(number + 1);
    this.preload(number - 1);
  }

  // Offline or signed out: let the browser open the page and show what is wrong.
  navigateTo(number) {
    const link = this.stripLink(number);
    if (link) {
      location.href = link.href;
    } else if (this.jump) {
      this.jump.elements.p.value = String(number);
      this.jump.submit();
    }
  }

  updateControls() {
    const label = this.text.querySelector("[data-page-label]");
    if (this.jump) this.jump.elements.p.value = String(this.number);
    if (this.live && label) this.live.textContent = label.dataset.pageLabel;
    // A link that stops working keeps its place and the focus.
    for (const link of this.root.querySelectorAll("[data-step]")) {
      link.setAttribute("aria-disabled", String(!this.canTurn(Number(link.dataset.step))));
    }
    if (this.found) this.found.hidden = !this.hits.includes(this.number);
    this.notch?.setAttribute("x", `${((this.number - 1) / this.count) * 100}%`);
  }

  setMarks(isOn) {
    this.root.classList.toggle("is-unmarked", !isOn);
    for (const button of this.root.querySelectorAll("[data-marks]")) button.setAttribute("aria-pressed", String(isOn));
  }

  // --- the strip

  stripLink(number) {
    return this.strip.querySelector(`[data-page="${number}"]`);
  }

  markCurrent() {
    for (const link of this.strip.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    const link = this.stripLink(this.number);
    if (!link) return;
    link.setAttribute("aria-current", "page");
    this.centre(link);
  }

  // Scroll the strip only, to the middle of its visible part; scrollIntoView would move the page as well.
  centre(link) {
    const target = link.getBoundingClientRect();
    const frame = this.strip.getBoundingClientRect();
    let [top, bottom] = [Math.max(frame.top, 0), Math.min(frame.bottom, window.innerHeight)];
    if (bottom - top < target.height) [top, bottom] = [frame.top, frame.bottom];
    this.strip.scrollTop += target.top - top - (bottom - top - target.height) / 2;
    this.strip.scrollLeft += target.left - frame.left - (frame.width - target.width) / 2;
  }

  // After a jump out of the loaded pages the strip starts again a little before the target.
  async extendStripTo(number) {
    if (this.stripLink(number) || this.root.querySelector(".striphead")) return;
    try {
      const html = await this.fetchHtml(`strip=all&at=${Math.max(1, number - 3)}`);
      if (this.requested !== number) return;
      this.strip.innerHTML = html;
      this.extendStripOnScroll();
    } catch {
      // The page itself is shown; the strip stays as it was.
    }
  }

  extendStripOnScroll() {
    const next = this.strip.querySelector("[data-strip-next]");
    if (!next || !("IntersectionObserver" in window)) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        this.replaceWithNextPages(next);
      },
      { root: this.strip, rootMargin: "300px" },
    );
    observer.observe(next);
  }

  async replaceWithNextPages(next) {
    const all = this.strip.dataset.all !== undefined ? "strip=all&" : "";
    try {
      next.insertAdjacentHTML("afterend", await this.fetchHtml(`${all}at=${next.dataset.at}`));
      next.remove();
      this.extendStripOnScroll();
    } catch {
      // The link to the next pages stays and works.
    }
  }

  // --- events

  onClick(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const pageLink = event.target.closest("[data-page]");
    const stepLink = event.target.closest("[data-step]");
    if (pageLink) {
      event.preventDefault();
      this.show(Number(pageLink.dataset.page));
    } else if (stepLink) {
      event.preventDefault();
      this.turn(Number(stepLink.dataset.step));
    } else if (event.target.closest("[data-open-full]")) {
      this.full.open();
    } else if (event.target.closest("[data-marks]")) {
      this.setMarks(this.root.classList.contains("is-unmarked"));
    }
  }

  onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (/INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
    const place = this.placeOf(event.target);
    const onControl = Boolean(event.target.closest("button, a"));
    const action = place && actionOf(event.key, place, { shift: event.shiftKey, onControl });
    if (!action) return;
    event.preventDefault();
    if (action.turn) this.turn(action.turn);
    else if (action.goTo) this.show(action.goTo === "first" ? 1 : this.count);
    else if (action.act === "black") this.full.toggleBlack();
    else if (action.act === "close") this.full.close();
  }

  placeOf(element) {
    if (this.full?.isOpen) return "full";
    if (this.root.contains(element)) return "viewer";
    return element === document.body ? "page" : "";
  }

  onJump(event) {
    event.preventDefault();
    const field = this.jump.elements.p;
    const number = Math.min(Math.max(Math.round(Number(field.value)) || this.number, 1), this.count);
    field.value = String(number);
    this.show(number);
  }

  // Show the page of a hash such as #p12; returns whether there is one.
  showFromHash() {
    const match = /^#p(\d+)$/.exec(location.hash);
    if (match && Number(match[1]) !== this.number) this.show(Number(match[1]), { setHash: false });
    return Boolean(match);
  }
}

function copyOf(element) {
  if (!element) return null;
  const copy = document.createDocumentFragment();
  for (const node of element.children) {
    if (!node.matches(".swipe__page")) copy.append(document.importNode(node, true));
  }
  return copy;
}

for (const root of document.querySelectorAll("[data-viewer]")) new Viewer(root).start();
document.addEventListener("viewer:added", (event) => new Viewer(event.target).start());
