// The viewer: shows another page without reloading, jumps to a page, and fills the strip as it is scrolled.
// Every control is also a plain link or form and works without this script.

class Viewer {
  constructor(root) {
    this.root = root;
    this.stage = root.querySelector("[data-stage]");
    this.text = root.querySelector("[data-pagetext]");
    this.strip = root.querySelector("[data-strip]");
    this.jump = root.querySelector("[data-jump]");
    this.fullLink = root.querySelector("[data-full]");
    this.live = root.querySelector("[data-live]");
    this.count = Number(root.dataset.count);
    this.url = root.dataset.pages;
    this.number = Number(root.dataset.number);
    this.requested = this.number; // the page asked for last; answers for another page come too late
    this.pages = new Map(); // page number → promise of its DocumentFragment
  }

  start() {
    if (!this.stage || !this.text || !this.count) return;
    this.root.addEventListener("click", (event) => this.onClick(event));
    document.addEventListener("keydown", (event) => this.onKey(event));
    this.jump?.addEventListener("submit", (event) => this.onJump(event));
    window.addEventListener("hashchange", () => this.showFromHash());
    this.extendStripOnScroll();
    this.markCurrent();
    if (this.showFromHash()) this.root.scrollIntoView();
    this.preload(this.number + 1);
  }

  // --- pages

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
    if (this.fullLink && label) {
      this.fullLink.hidden = !label.dataset.fullUrl;
      this.fullLink.href = label.dataset.fullUrl;
    }
    if (this.live && label) this.live.textContent = label.dataset.pageLabel;
    for (const link of this.root.querySelectorAll("[data-step]")) {
      const target = this.number + Number(link.dataset.step);
      link.classList.toggle("is-off", target < 1 || target > this.count);
    }
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

  // Scroll the strip only; scrollIntoView would move the page as well.
  centre(link) {
    const target = link.getBoundingClientRect();
    const frame = this.strip.getBoundingClientRect();
    this.strip.scrollTop += target.top - frame.top - (frame.height - target.height) / 2;
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
      this.show(this.number + Number(stepLink.dataset.step));
    } else if (event.target.closest("[data-full]") && this.stage.requestFullscreen) {
      event.preventDefault();
      this.stage.requestFullscreen().catch(() => {
        location.href = this.fullLink.href;
      });
    } else if (document.fullscreenElement === this.stage && event.target.closest("[data-stage]")) {
      this.show(this.number + 1);
    }
  }

  onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const isInside = this.root.contains(event.target) || document.fullscreenElement === this.stage;
    if (!isInside && event.target !== document.body) return;
    if (/INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
    const targets = { ArrowRight: this.number + 1, ArrowLeft: this.number - 1 };
    if (isInside)
      Object.assign(targets, { PageDown: this.number + 1, PageUp: this.number - 1, Home: 1, End: this.count });
    if (!(event.key in targets)) return;
    event.preventDefault();
    this.show(targets[event.key]);
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

for (const root of document.querySelectorAll("[data-viewer]")) new Viewer(root).start();
