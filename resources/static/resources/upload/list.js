// Uploads on a page: each <div data-upload> becomes a list of files being uploaded (template: components/upload.html).
// Files are dropped or picked, sent in parts, survive a reload (the server lists its sessions; the user picks the file
// again), and are then polled until their preview is there. All texts come from data-text-… attributes.
//
// A stored file fires "upload:complete" on the element: detail.blob is its uid, detail.name its name. A listener that
// uses the file calls detail.waitUntil(promise); until that is fulfilled the file counts as not delivered and is offered
// again after a reload. A listener that calls preventDefault() shows the file itself; its row is removed and it stays in
// the total. "upload:totals" tells how far all files are: its detail is what totalsOf returns.

import { UploadApi } from "./api.js";
import { droppedFiles } from "./dropped-files.js";
import { fingerprintOf } from "./identity.js";
import { PendingDeliveries } from "./pending-deliveries.js";
import { neverBackwards, percentOf, TimeLeft, totalsOf } from "./progress.js";
import { Row } from "./row.js";
import { formatDuration, formatSize, textsOf } from "./texts.js";
import { Transfer } from "./transfer.js";

const SIMULTANEOUS = 2;
// How long a picked file waits for the server's list of unfinished uploads.
const RESTORE_TIMEOUT_MS = 8000;

class UploadList {
  constructor(element) {
    this.element = element;
    this.text = textsOf(element);
    this.api = new UploadApi(element.dataset.api);
    this.context = element.dataset.context || "page";
    this.pending = new PendingDeliveries(this.context);
    this.transfers = [];
    this.delivered = [];
    this.shownTotals = null;
    this.rows = new Map();
    this.timeLeft = new TimeLeft();
    this.list = element.querySelector("[data-upload-list]");
    this.total = element.querySelector("[data-upload-total]");
    this.live = element.querySelector("[data-upload-live]");
    this.input = element.querySelector("[data-upload-input]");
    this.replacePlainForm();
    this.acceptDrops(document, element.querySelector("[data-upload-drop]"));
    this.watchWindow();
    this.mayStart = false;
    const start = () => {
      this.mayStart = true;
      this.startQueued();
    };
    this.restore().then(start, start);
    setTimeout(start, RESTORE_TIMEOUT_MS);
  }

  // --- the form and the window

  replacePlainForm() {
    this.element.classList.add("has-script");
    for (const part of this.element.querySelectorAll("[data-upload-plain]")) part.hidden = true;
    for (const part of this.element.querySelectorAll("[data-upload-scripted]")) part.hidden = false;
    this.input.classList.add("vh");
    this.input.addEventListener("change", () => {
      const files = Array.from(this.input.files);
      this.input.value = "";
      this.add(files);
    });
  }

  // Files may be dropped anywhere on the page; the area shows that they will be taken.
  acceptDrops(target, area) {
    const hasFiles = (event) => Array.from(event.dataTransfer?.types || []).includes("Files");
    target.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      area.classList.add("is-over");
    });
    target.addEventListener("dragleave", () => area.classList.remove("is-over"));
    target.addEventListener("drop", async (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      area.classList.remove("is-over");
      this.add(await droppedFiles(event.dataTransfer));
    });
  }

  watchWindow() {
    window.addEventListener("online", () => {
      for (const transfer of this.transfers) {
        if (transfer.phase === "paused" && transfer.error && transfer.file) transfer.resume();
      }
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.transfers.some((transfer) => transfer.isWorking || transfer.phase === "queued")) return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  // --- transfers

  // List what the server still has of this page's uploads. Unfinished ones wait for their file; stored ones that were
  // not delivered are delivered now.
  async restore() {
    let sessions;
    try {
      sessions = await this.api.sessions();
    } catch {
      return;
    }
    const picked = this.transfers.filter((transfer) => !transfer.isOver);
    const ours = sessions.filter((session) => session.fingerprint.startsWith(`${this.context}:`));
    for (const session of ours.reverse()) this.restoreSession(session, picked);
    this.drawTotal();
  }

  restoreSession(session, picked) {
    if (this.transfers.some((transfer) => transfer.session?.uid === session.uid)) return;
    const same = session.blob ? null : picked.find((transfer) => transfer.fingerprint === session.fingerprint);
    if (same) {
      if (!same.session && !same.isWorking) same.attachSession(session);
    } else if (session.state === "open" || session.state === "completing") {
      this.show(this.newTransfer({ session }));
    } else if (session.blob && this.pending.has(session.uid)) {
      const transfer = this.newTransfer({ session });
      this.show(transfer);
      transfer.pollPreview();
    }
  }

  newTransfer(source) {
    const { school } = this.element.dataset;
    return new Transfer(this.api, {
      ...source,
      context: this.context,
      school: school ? Number(school) : this.chosenSchool(),
      onChange: (transfer) => this.update(transfer),
    });
  }

  chosenSchool() {
    const field = this.element.querySelector("[name=school]");
    return field?.value ? Number(field.value) : null;
  }

  add(files) {
    for (const file of files) this.addFile(file);
    this.startQueued();
  }

  addFile(file) {
    const fingerprint = fingerprintOf(file, this.context);
    const same = this.transfers.find((transfer) => transfer.fingerprint === fingerprint && !transfer.isOver);
    if (!same) {
      this.show(this.newTransfer({ file }));
    } else if (same.phase === "awaitingFile" || same.phase === "paused") {
      same.attachFile(file);
    }
  }

  show(transfer) {
    this.transfers.push(transfer);
    const row = new Row(transfer, this.element, {
      pick: () => this.input.click(),
      remove: () => this.remove(transfer),
    });
    this.rows.set(transfer, row);
    this.list.append(row.element);
    this.list.hidden = false;
    this.update(transfer);
  }

  remove(transfer) {
    this.markDelivered(transfer);
    const row = this.rows.get(transfer);
    this.rows.delete(transfer);
    transfer.remove();
    this.transfers = this.transfers.filter((other) => other !== transfer);
    if (row) {
      // Keyboard users keep their place when the button they pressed goes away.
      if (row.element.contains(document.activeElement)) this.input.focus();
      row.element.remove();
    }
    this.list.hidden = this.transfers.length === 0;
    this.drawTotal();
    this.startQueued();
  }

  queued() {
    return this.transfers.filter((transfer) => transfer.phase === "queued");
  }

  startQueued() {
    if (!this.mayStart) return;
    const free = SIMULTANEOUS - this.transfers.filter((transfer) => transfer.isWorking).length;
    for (const transfer of this.queued().slice(0, Math.max(0, free))) transfer.run();
    for (const transfer of this.queued()) this.rows.get(transfer).draw(this.queuePosition(transfer));
  }

  queuePosition(transfer) {
    const before = this.transfers.slice(0, this.transfers.indexOf(transfer));
    return before.filter((other) => other.phase === "queued").length;
  }

  update(transfer) {
    const row = this.rows.get(transfer);
    if (!row) return;
    if (transfer.phase === "cancelled") {
      this.remove(transfer);
      return;
    }
    const hasNewPhase = row.draw(this.queuePosition(transfer));
    if (hasNewPhase && row.sentence && transfer.phase !== "queued") {
      this.live.textContent = this.text("pair", { a: transfer.name, b: row.sentence });
    }
    this.drawTotal();
    if (transfer.session && transfer.phase === "sending") this.pending.add(transfer.session.uid);
    if (transfer.status?.blob && transfer.delivery === "pending") this.deliver(transfer);
    if (hasNewPhase) this.startQueued();
  }

  // --- handing stored files over to the page

  deliver(transfer) {
    transfer.delivery = "offered";
    const promises = [];
    const detail = {
      blob: transfer.status.blob.uid,
      upload: transfer.session.uid,
      name: transfer.name,
      waitUntil: (promise) => promises.push(promise),
    };
    const event = new CustomEvent("upload:complete", { bubbles: true, cancelable: true, detail });
    const isShownElsewhere = !this.element.dispatchEvent(event);
    Promise.all(promises).then(
      () => {
        transfer.delivery = "accepted";
        this.markDelivered(transfer);
        if (!isShownElsewhere) return;
        this.delivered.push({ name: transfer.name, size: transfer.size });
        this.remove(transfer);
      },
      (error) => transfer.deliveryFailed(error),
    );
  }

  markDelivered(transfer) {
    if (transfer.session) this.pending.delete(transfer.session.uid);
  }

  // --- totals

  drawTotal() {
    const totals = neverBackwards(totalsOf(this.transfers, this.delivered), this.shownTotals);
    this.shownTotals = totals;
    this.total.hidden = totals.files === 0;
    this.element.dispatchEvent(new CustomEvent("upload:totals", { bubbles: true, detail: totals }));
    if (this.total.hidden) return;
    if (totals.waiting) this.timeLeft.sample(totals.sent);
    else this.timeLeft.stop();
    this.total.querySelector("[data-upload-sent]").textContent = this.sentText(totals);
    this.total.querySelector("[data-upload-count]").textContent = this.countText(totals);
    this.total.querySelector("progress").value = totals.size ? percentOf(totals.sent, totals.size) : 100;
  }

  sentText({ size, sent }) {
    const isAll = sent >= size;
    return this.text(isAll ? "allSent" : "sent", { amount: formatSize(size, isAll ? null : sent) });
  }

  countText({ files, finished, failed, size, sent }) {
    const seconds = sent < size ? this.timeLeft.secondsFor(size - sent) : null;
    const left = seconds === null ? "" : this.text("left", { time: formatDuration(seconds, this.text) });
    const bad = failed ? this.text("failedCount", { n: failed }) : "";
    return `${this.text("total", { n: files, done: finished })}${bad}${left}`;
  }
}

for (const element of document.querySelectorAll("[data-upload]")) new UploadList(element);
