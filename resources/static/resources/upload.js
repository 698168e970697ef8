// Uploads on a page: every <div data-upload> becomes a list of files on their way (template: components/upload.html).
// Files are dropped in or picked, sent in parts, survive a reload (the server lists what it has; the file is picked
// again), and are then followed until their preview is there. All words come from data-* attributes.
//
// A file that has arrived fires "upload:complete" on the element: detail.blob is its uid, detail.name its name.
// A listener that does something with it calls detail.waitUntil(promise): until that is fulfilled the file counts as not
// handed over, and is offered again after a reload. If it calls preventDefault(), the page shows the file itself and the row goes.

import { Uploads } from "./upload-api.js";
import { filesOf } from "./upload-drop.js";
import { Row } from "./upload-row.js";
import { Transfer, fingerprintOf } from "./upload-transfer.js";
import { amount, duration, words } from "./upload-words.js";

const AT_ONCE = 2;
// How long a picked file waits to hear whether a part of it is there already (milliseconds).
const PATIENCE = 8000;

class UploadList {
  constructor(element) {
    this.element = element;
    this.api = new Uploads(element.dataset.api);
    this.context = element.dataset.context || "page";
    this.transfers = [];
    this.rows = new Map();
    this.list = element.querySelector("[data-upload-list]");
    this.total = element.querySelector("[data-upload-total]");
    this.live = element.querySelector("[data-upload-live]");
    this.input = element.querySelector("[data-upload-input]");
    this.speed = { at: 0, bytes: 0, rate: 0 };
    this.takeOver();
    this.known = false;
    const start = () => { this.known = true; this.next(); };
    this.remember().then(start, start);
    window.setTimeout(start, PATIENCE);
  }

  takeOver() {
    this.element.classList.add("has-script");
    this.element.querySelectorAll("[data-upload-plain]").forEach((one) => { one.hidden = true; });
    this.element.querySelectorAll("[data-upload-scripted]").forEach((one) => { one.hidden = false; });
    this.input.classList.add("vh");
    this.input.multiple = true;
    this.input.addEventListener("change", () => {
      const files = Array.from(this.input.files);
      this.input.value = "";
      this.add(files);
    });
    const drop = this.element.querySelector("[data-upload-drop]");
    const carries = (event) => Array.from(event.dataTransfer?.types || []).includes("Files");
    drop.addEventListener("dragover", (event) => {
      if (carries(event)) { event.preventDefault(); drop.classList.add("is-over"); }
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
    drop.addEventListener("drop", async (event) => {
      if (!carries(event)) { return; }
      event.preventDefault();
      drop.classList.remove("is-over");
      this.add(await filesOf(event.dataTransfer));
    });
    window.addEventListener("online", () => {
      this.transfers.filter((one) => one.phase === "paused" && one.error && one.file).forEach((one) => one.queue());
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.transfers.some((one) => one.active || one.phase === "queued")) {
        event.preventDefault();
        event.returnValue = "";
      }
    });
  }

  // What the server still has of this page's uploads: unfinished ones wait for their file, finished ones that were
  // never handed over are handed over now.
  async remember() {
    let sessions;
    try {
      sessions = await this.api.list();
    } catch (error) {
      return;
    }
    const memory = this.memory();
    const picked = this.transfers.filter((one) => !one.over);
    sessions.filter((one) => one.fingerprint.startsWith(`${this.context}:`)).reverse().forEach((session) => {
      if (this.transfers.some((one) => one.session?.uid === session.uid)) { return; }
      const same = session.blob ? null : picked.find((one) => one.fingerprint === session.fingerprint);
      if (same) {
        if (!same.session && !same.active) { same.adopt(session); }
        return;
      }
      if (session.state === "open" || session.state === "completing") {
        this.show(this.transfer({ session }));
      } else if (session.blob && memory[session.uid]) {
        const transfer = this.transfer({ session });
        this.show(transfer);
        transfer.follow();
      }
    });
    this.tally();
  }

  transfer(of) {
    const { school } = this.element.dataset;
    return new Transfer(this.api, {
      ...of,
      context: this.context,
      school: school ? Number(school) : this.chosenSchool(),
      changed: (transfer) => this.changed(transfer),
    });
  }

  chosenSchool() {
    const field = this.element.querySelector("[name=school]");
    return field && field.value ? Number(field.value) : null;
  }

  add(files) {
    files.forEach((file) => {
      const fingerprint = fingerprintOf(file, this.context);
      const same = this.transfers.find((one) => one.fingerprint === fingerprint && !one.over);
      if (same) {
        if (same.phase === "wanted" || same.phase === "paused") { same.give(file); }
        return;
      }
      this.show(this.transfer({ file }));
    });
    this.next();
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
    this.changed(transfer);
  }

  remove(transfer) {
    this.forget(transfer);
    transfer.leave();
    this.transfers = this.transfers.filter((one) => one !== transfer);
    const row = this.rows.get(transfer);
    if (row) {
      // Whoever removed it by keyboard must not lose their place.
      if (row.element.contains(document.activeElement)) { this.input.focus(); }
      row.element.remove();
      this.rows.delete(transfer);
    }
    this.list.hidden = this.transfers.length === 0;
    this.tally();
    this.next();
  }

  next() {
    if (!this.known) { return; }
    const room = AT_ONCE - this.transfers.filter((one) => one.active).length;
    this.transfers.filter((one) => one.phase === "queued").slice(0, Math.max(0, room)).forEach((one) => one.run());
    this.transfers.filter((one) => one.phase === "queued").forEach((one) => this.rows.get(one).draw(this.before(one)));
  }

  before(transfer) {
    return this.transfers.slice(0, this.transfers.indexOf(transfer)).filter((one) => one.phase === "queued").length;
  }

  changed(transfer) {
    const row = this.rows.get(transfer);
    if (!row) { return; }
    if (transfer.phase === "cancelled") { this.remove(transfer); return; }
    const turned = row.draw(this.before(transfer));
    if (turned && row.sentence && transfer.phase !== "queued") {
      this.live.textContent = words(this.element)("pair", { a: transfer.name, b: row.sentence });
    }
    this.tally();
    if (transfer.session && !transfer.kept && transfer.phase === "sending") { this.keep(transfer); }
    if (transfer.status?.blob && !transfer.handed && !transfer.refused) { this.handOver(transfer); }
    if (turned) { this.next(); }
  }

  handOver(transfer) {
    transfer.handed = true;
    const waits = [];
    const detail = {
      blob: transfer.status.blob.uid,
      upload: transfer.session.uid,
      name: transfer.name,
      waitUntil: (promise) => waits.push(promise),
    };
    const event = new CustomEvent("upload:complete", { bubbles: true, cancelable: true, detail });
    const shownThere = !this.element.dispatchEvent(event);
    Promise.all(waits).then(
      () => {
        this.forget(transfer);
        if (shownThere) { this.remove(transfer); }
      },
      (error) => { transfer.handed = false; transfer.refused = true; transfer.tell("failed", error); },
    );
  }

  tally() {
    const counted = this.transfers.filter((one) => one.phase !== "wanted");
    this.total.hidden = counted.length === 0;
    if (this.total.hidden) { return; }
    const size = counted.reduce((sum, one) => sum + one.size, 0);
    const sent = counted.reduce((sum, one) => sum + (one.over || one.phase === "processing" ? one.size : one.sent), 0);
    const percent = size ? Math.floor((sent / size) * 100) : 100;
    const done = counted.filter((one) => one.over || one.phase === "processing").length;
    this.measure(sent);
    const say = words(this.element);
    this.total.querySelector("[data-upload-count]").textContent = say("total", { n: counted.length, done });
    const left = this.speed.rate > 0 && sent < size ? duration((size - sent) / this.speed.rate, say) : "";
    const progress = `${say("progress", { percent })}${left ? say("left", { time: left }) : ""}`;
    this.total.querySelector("[data-upload-progress]").textContent = sent < size ? progress : amount(size);
    this.total.querySelector("progress").value = percent;
  }

  measure(sent) {
    const now = performance.now();
    if (now - this.speed.at < 1000) { return; }
    const rate = ((sent - this.speed.bytes) / (now - this.speed.at)) * 1000;
    if (this.speed.at && rate >= 0) { this.speed.rate = this.speed.rate ? this.speed.rate * 0.7 + rate * 0.3 : rate; }
    this.speed = { at: now, bytes: sent, rate: this.speed.rate };
  }

  // --- which uploads were not handed over yet, in this browser's own memory
  memory() {
    try {
      return JSON.parse(window.localStorage.getItem(`uploads:${this.context}`)) || {};
    } catch (error) { return {}; }
  }

  write(memory) {
    try {
      window.localStorage.setItem(`uploads:${this.context}`, JSON.stringify(memory));
    } catch (error) { /* private windows have none; then only the open page hands over */ }
  }

  keep(transfer) {
    transfer.kept = true;
    this.write({ ...this.memory(), [transfer.session.uid]: 1 });
  }

  forget(transfer) {
    if (!transfer.session) { return; }
    const memory = this.memory();
    delete memory[transfer.session.uid];
    this.write(memory);
  }
}

document.querySelectorAll("[data-upload]").forEach((element) => new UploadList(element));
