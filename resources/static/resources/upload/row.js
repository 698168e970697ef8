// One row of the upload list: draws what rowView says and passes its buttons on to the transfer.

import { rowView } from "./row-view.js";
import { textsOf } from "./texts.js";

export class Row {
  constructor(transfer, list, { pick, remove }) {
    this.transfer = transfer;
    this.text = textsOf(list);
    this.phase = "";
    this.sentence = "";
    this.element = list.querySelector("[data-upload-row]").content.firstElementChild.cloneNode(true);
    this.progress = this.element.querySelector("progress");
    this.showName(transfer.name);
    this.onClick("pause", () => transfer.pause());
    this.onClick("resume", () => transfer.resume());
    this.onClick("retry", () => this.retry());
    this.onClick("pick", pick);
    this.onClick("cancel", () => transfer.cancel());
    this.onClick("remove", remove);
  }

  slot(name) {
    return this.element.querySelector(`[data-${name}]`);
  }

  onClick(action, listener) {
    this.slot(`act-${action}`).addEventListener("click", listener);
  }

  showName(name) {
    const dot = name.lastIndexOf(".");
    const stemLength = dot > 0 ? dot : name.length;
    this.slot("stem").textContent = name.slice(0, stemLength);
    this.slot("ext").textContent = name.slice(stemLength);
    this.slot("plate").textContent = name
      .slice(stemLength + 1)
      .toUpperCase()
      .slice(0, 5);
    this.progress.setAttribute("aria-label", this.text("bar", { name }));
    for (const button of this.element.querySelectorAll("button")) {
      button.setAttribute("aria-label", button.dataset.label.replace("{name}", name));
    }
  }

  // What "try again" means depends on what failed: the delivery, the preview or the upload.
  retry() {
    const { transfer } = this;
    if (transfer.delivery === "refused") transfer.deliverAgain();
    else if (transfer.status?.blob) transfer.retryPreview();
    else transfer.resume();
  }

  // Draw the transfer's state. Returns whether the phase has changed since the last drawing.
  draw(queuePosition) {
    const view = rowView(this.transfer, this.text, queuePosition);
    const hasNewPhase = this.transfer.phase !== this.phase;
    this.phase = this.transfer.phase;
    this.sentence = view.sentence;
    this.element.className = view.stateClass ? `upload ${view.stateClass}` : "upload";
    this.slot("sentence").textContent = view.sentence;
    this.slot("amount").textContent = view.amount;
    this.drawBadge(view.badge);
    this.slot("bar").hidden = view.progress === null;
    this.progress.value = view.progress ?? 0;
    this.drawButtons(view.buttons);
    return hasNewPhase;
  }

  drawBadge([tone, icon]) {
    const badge = this.slot("badge");
    badge.className = tone ? `badge badge--${tone}` : "badge";
    badge.querySelector("use").setAttribute("href", `#i-${icon}`);
  }

  drawButtons(buttons) {
    const focused = document.activeElement;
    for (const [action, isShown] of Object.entries(buttons)) this.slot(`act-${action}`).hidden = !isShown;
    // The focused button went away (pause became resume): keep the focus in the row.
    if (focused?.hidden && this.element.contains(focused)) {
      this.element.querySelector("button:not([hidden])")?.focus();
    }
  }
}
