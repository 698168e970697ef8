// One row of the upload list: what the file is doing, in words, figures and a bar, and what can be done about it.

import { amount, words } from "./upload-words.js";

const BADGES = {
  queued: ["", "s-draft"],
  sending: ["info", "put"],
  paused: ["warn", "pause"],
  wanted: ["warn", "pause"],
  finishing: ["info", "s-time"],
  processing: ["info", "s-time"],
  failed: ["bad", "alert"],
};
const DONE = { ready: ["ok", "ok"], outline: ["ok", "ok"], none: ["", "no"], failed: ["warn", "alert"] };
const WORKING = new Set(["sending", "finishing", "processing"]);

export class Row {
  constructor(transfer, list, { pick, remove }) {
    this.transfer = transfer;
    this.say = words(list);
    this.phase = "";
    this.sentence = "";
    const { content } = list.querySelector("[data-upload-row]");
    this.element = content.firstElementChild.cloneNode(true);
    const dot = transfer.name.lastIndexOf(".");
    const cut = dot > 0 ? dot : transfer.name.length;
    this.part("stem").textContent = transfer.name.slice(0, cut);
    this.part("ext").textContent = transfer.name.slice(cut);
    this.bar = this.element.querySelector("progress");
    this.bar.setAttribute("aria-label", this.say("bar", { name: transfer.name }));
    this.element.querySelectorAll("button").forEach((button) => {
      button.setAttribute("aria-label", button.dataset.label.replace("{name}", transfer.name));
    });
    this.on("pause", () => transfer.pause());
    this.on("resume", () => transfer.queue());
    this.on("again", () => this.again());
    this.on("pick", pick);
    this.on("cancel", () => transfer.cancel());
    this.on("remove", remove);
  }

  part(name) { return this.element.querySelector(`[data-${name}]`); }

  on(act, action) { this.part(`act-${act}`).addEventListener("click", action); }

  again() {
    const { transfer } = this;
    if (transfer.refused) { transfer.refused = false; transfer.follow(); return; }
    if (transfer.status?.blob) { transfer.retryPreview(); return; }
    transfer.queue();
  }

  // Draw the present state. True when the phase has changed since the last time.
  draw(before) {
    const { transfer } = this;
    const turned = transfer.phase !== this.phase;
    this.phase = transfer.phase;
    const percent = transfer.size ? Math.floor((transfer.sent / transfer.size) * 100) : 0;
    this.sentence = this.describe(before, percent);
    const [tone, mark] = this.badge();
    const badge = this.part("badge");
    badge.className = tone ? `badge badge--${tone}` : "badge";
    badge.querySelector("use").setAttribute("href", `#i-${mark}`);
    this.part("say").textContent = this.sentence;
    this.element.className = "upload";
    if (WORKING.has(this.phase)) { this.element.classList.add("is-working"); }
    if (this.phase === "paused" || this.phase === "wanted") { this.element.classList.add("is-paused"); }
    if (this.phase === "failed") { this.element.classList.add("is-bad"); }
    this.figures(percent);
    this.buttons();
    return turned;
  }

  badge() {
    if (this.phase === "done") { return DONE[this.transfer.status.blob.preview?.state] || ["", "ok"]; }
    return BADGES[this.phase] || ["", "ok"];
  }

  figures(percent) {
    const { transfer } = this;
    const under = this.phase === "sending" || this.phase === "paused";
    this.part("amount").textContent = amount(transfer.size, under ? transfer.sent : null);
    const preview = transfer.status?.blob?.preview;
    const rendering = this.phase === "processing" && preview?.page_count;
    this.part("bar").hidden = !(under || this.phase === "queued" || rendering);
    this.bar.value = rendering ? Math.round((preview.pages_done / preview.page_count) * 100) : percent;
  }

  buttons() {
    const { transfer, phase } = this;
    const kept = Boolean(transfer.file);
    const blob = transfer.status?.blob;
    const previewFailed = phase === "done" && blob?.preview?.state === "failed";
    const shown = {
      pause: phase === "sending" || phase === "queued",
      resume: phase === "paused" && kept,
      pick: phase === "wanted",
      again: previewFailed || (phase === "failed" && (transfer.refused || (kept && !blob && transfer.error?.kind !== "unreadable"))),
      cancel: ["queued", "sending", "paused", "wanted"].includes(phase),
      remove: phase === "failed" || phase === "done",
    };
    const held = document.activeElement;
    Object.entries(shown).forEach(([act, show]) => { this.part(`act-${act}`).hidden = !show; });
    // The button under the keyboard went away (pause became resume): stay in the row.
    if (held && held.hidden && this.element.contains(held)) {
      this.element.querySelector("button:not([hidden])")?.focus();
    }
  }

  describe(before, percent) {
    const { transfer, say } = this;
    const { error } = transfer;
    switch (this.phase) {
      case "queued": return before ? say("queuedBehind", { n: before }) : say("queued");
      case "sending": return say("sending");
      case "wanted": return say("wanted");
      case "paused":
        if (!error) { return say("paused", { percent }); }
        return error.kind === "refused" && error.sentence ? error.sentence : say("offline", { percent });
      case "finishing": return say("checking");
      case "processing": return this.working(transfer.status?.blob);
      case "done": return this.ended(transfer.status.blob);
      case "failed":
        // A sentence of the page's own, unless it is only the browser's "Failed to fetch" or a bare status.
        if (transfer.refused) {
          return error instanceof TypeError || !/\D/.test(error?.message || "") ? say("notAdded") : error.message;
        }
        if (transfer.status?.blob) { return say("unopenable", { reason: transfer.status.blob.reason_text }); }
        if (error?.kind === "unreadable") { return say("unreadable"); }
        return error?.sentence || say("failed");
      default: return "";
    }
  }

  working(blob) {
    const preview = blob?.preview;
    if (!preview || blob.state === "received") { return blob?.reason_text || this.say("checking"); }
    if (preview.state === "rendering" && preview.page_count) {
      const page = Math.min(preview.pages_done + 1, preview.page_count);
      return this.say("rendering", { page, pages: preview.page_count });
    }
    return preview.text;
  }

  ended(blob) {
    const { preview } = blob;
    if (preview?.state === "ready") { return this.say("ready", { pages: preview.page_count }); }
    if (!preview) { return blob.text; }
    return preview.reason_text ? this.say("pair", { a: preview.text, b: preview.reason_text }) : preview.text;
  }
}
