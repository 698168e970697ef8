// One file on its way: its parts, three at a time, each with its checksum, tried again with growing pauses.
// It reports through one callback and can be paused, resumed and cancelled. It knows nothing of the page.

import { PartsAhead } from "./upload-ahead.js";
import { put, UploadError } from "./upload-api.js";
import { Md5, md5Of } from "./upload-md5.js";

const PARALLEL = 3;
const TRIES = 6;
const FIRST_PAUSE = 1000;
// After these the session is over; another try begins a new one.
const ENDED = new Set(["closed", "lost", "expired", "size_differs", "not_found"]);
const POLL = 1000;
const POLL_SLOWEST = 5000;

export function fingerprintOf(file, context) {
  const text = `${file.name}\n${file.size}\n${file.lastModified}`;
  return `${context}:${new Md5().update(new TextEncoder().encode(text)).hex()}`;
}

// crypto.randomUUID is missing on plain HTTP and in older browsers.
function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Transfer {
  // phase: queued, sending, paused, finishing, processing, done, failed, cancelled, wanted (needs its file again)
  constructor(api, { file = null, session = null, context = "", school = null, changed }) {
    this.api = api;
    this.file = file;
    this.session = session;
    this.school = school;
    this.context = context;
    this.changed = changed;
    this.name = file ? file.name : session.name;
    this.size = file ? file.size : session.size;
    this.fingerprint = file ? fingerprintOf(file, context) : session.fingerprint;
    this.key = randomKey();
    this.unwanted = false;
    this.dropped = false;
    this.phase = file ? "queued" : "wanted";
    this.error = null;
    this.received = new Set();
    this.moving = new Map();
    this.control = null;
    this.status = session;
  }

  get sent() {
    let bytes = 0;
    this.received.forEach((number) => { bytes += this.sizeOf(number); });
    this.moving.forEach((loaded) => { bytes += loaded; });
    return Math.min(bytes, this.size);
  }

  get active() { return this.phase === "sending" || this.phase === "finishing"; }

  get over() { return this.phase === "done" || this.phase === "failed" || this.phase === "cancelled"; }

  sizeOf(number) {
    const { part_size: whole, part_count: count } = this.session;
    return number < count ? whole : this.size - (count - 1) * whole;
  }

  tell(phase, error = null) {
    this.phase = phase;
    this.error = error;
    this.changed(this);
  }

  // Start or go on. Resolves when the file is sent, paused, failed or cancelled; following its preview goes on by itself.
  async run() {
    this.control = new AbortController();
    const { signal } = this.control;
    this.tell("sending");
    try {
      await this.open(signal);
      await this.sendAndFinish(signal);
    } catch (error) {
      this.moving.clear();
      if (signal.aborted) {
        // Cancelled while the site was still making the session: only now there is one to drop.
        if (this.unwanted) { await this.drop(); }
        return;
      }
      this.fail(error);
      return;
    }
    this.follow();
  }

  fail(error) {
    const known = error instanceof UploadError ? error : new UploadError("unreadable");
    if (known.temporary || known.kind === "store") { this.tell("paused", known); return; }
    this.tell("failed", known);
  }

  async open(signal) {
    if (!this.session) {
      const wanted = {
        name: this.name,
        size: this.size,
        media_type: this.file.type,
        fingerprint: this.fingerprint,
        idempotency_key: this.key,
      };
      if (this.school) { wanted.school = this.school; }
      this.session = await this.patiently(() => this.api.start(wanted), signal);
      // Paused or cancelled while the site was making it: sending now would be against what was asked.
      if (signal.aborted) { throw new UploadError("cancelled"); }
      // Nobody else has the key, so nothing can have been sent under it.
      this.received = new Set();
      this.changed(this);
      return;
    }
    const there = await this.patiently(() => this.api.parts(this.session.uid), signal);
    if (signal.aborted) { throw new UploadError("cancelled"); }
    this.received = new Set(there.filter((part) => part.size === this.sizeOf(part.number)).map((part) => part.number));
    this.changed(this);
  }

  async sendParts(signal) {
    const missing = [];
    for (let number = 1; number <= this.session.part_count; number += 1) {
      if (!this.received.has(number)) { missing.push(number); }
    }
    // The first lane that fails stops the others at once, not after their own tries.
    const lane = new AbortController();
    const stop = () => lane.abort();
    signal.addEventListener("abort", stop);
    // Checksums and addresses of the next parts are got while others are on their way: the line is never idle.
    const ahead = new PartsAhead(missing, (numbers) => this.prepare(numbers, lane.signal));
    const work = async () => {
      for (let part = await ahead.next(); part && !lane.signal.aborted; part = await ahead.next()) {
        await this.sendPart(part, lane.signal);
      }
    };
    try {
      await Promise.all(Array.from({ length: PARALLEL }, work));
    } finally {
      lane.abort();
      signal.removeEventListener("abort", stop);
    }
    if (signal.aborted) { throw new UploadError("cancelled"); }
  }

  async prepare(numbers, signal) {
    const parts = [];
    for (const number of numbers) {
      if (signal.aborted) { throw new UploadError("cancelled"); }
      const start = (number - 1) * this.session.part_size;
      const blob = this.file.slice(start, start + this.sizeOf(number));
      parts.push({ number, blob, md5: await md5Of(blob) });
    }
    const signed = await this.patiently(() => this.api.sign(this.session.uid, parts), signal);
    return parts.map((part, i) => ({ ...part, signed: signed[i] }));
  }

  async sendPart({ number, blob, md5, signed }, signal) {
    let address = signed;
    await this.patiently(async () => {
      // Every further try gets a new address: the old one may be what was wrong.
      const target = address || (await this.api.sign(this.session.uid, [{ number, md5 }]))[0];
      address = null;
      const progress = (loaded) => { this.moving.set(number, Math.min(loaded, blob.size)); this.changed(this); };
      try {
        await put(target, blob, { signal, progress });
      } finally {
        this.moving.delete(number);
      }
    }, signal);
    this.received.add(number);
    this.changed(this);
  }

  async sendAndFinish(signal) {
    for (let round = 1; ; round += 1) {
      await this.sendParts(signal);
      this.tell("finishing");
      try {
        this.status = await this.patiently(() => this.api.complete(this.session.uid), signal);
        return;
      } catch (error) {
        // The store lost a part it had acknowledged: ask again what it has.
        if (error.code !== "parts_missing" || round >= 3) { throw error; }
        this.tell("sending");
        await this.open(signal);
      }
    }
  }

  // Try again what may work the next time, with growing pauses; what the site refuses is thrown at once.
  async patiently(action, signal) {
    for (let attempt = 1; ; attempt += 1) {
      if (signal.aborted) { throw new UploadError("cancelled"); }
      try {
        return await action();
      } catch (error) {
        const again = error instanceof UploadError && (error.temporary || error.kind === "store");
        if (!again || (attempt >= TRIES && error.code !== "busy") || signal.aborted) { throw error; }
        if (navigator.onLine === false) { throw new UploadError("network"); }
        // Others are sending just now: nothing failed, so that is no try.
        if (error.code === "busy") { attempt -= 1; }
        await pause(FIRST_PAUSE * 2 ** (attempt - 1) * (0.75 + Math.random() / 2), signal);
      }
    }
  }

  pause() {
    if (this.phase !== "sending" && this.phase !== "queued") { return; }
    if (this.control) { this.control.abort(); }
    this.moving.clear();
    this.tell("paused");
  }

  queue() {
    if (this.phase !== "paused" && this.phase !== "failed") { return; }
    if (this.error && ENDED.has(this.error.code)) {
      this.session = null;
      this.status = null;
      this.received.clear();
      this.key = randomKey();
    }
    this.tell("queued");
  }

  // The row is gone; stop following.
  leave() { this.phase = "left"; }

  // The same file, picked again after a reload.
  give(file) {
    this.file = file;
    this.tell("queued");
  }

  // The site still has a part of this file from before the reload; it was picked again before the site could say so.
  adopt(session) {
    this.session = session;
    this.status = session;
  }

  async cancel() {
    this.unwanted = true;
    if (this.control) { this.control.abort(); }
    this.moving.clear();
    this.tell("cancelled");
    await this.drop();
  }

  // What can't be cancelled now expires by itself.
  async drop() {
    if (!this.session || this.status?.blob || this.dropped) { return; }
    this.dropped = true;
    await this.patiently(() => this.api.cancel(this.session.uid), new AbortController().signal).catch(() => {});
  }

  // Watch the check and the preview until there is nothing more to come.
  async follow() {
    this.tell("processing");
    for (let wait = POLL; this.phase === "processing"; wait = Math.min(wait * 1.2, POLL_SLOWEST)) {
      const { blob } = this.status;
      if (blob && !blob.preview?.working) { this.tell(blob.state === "rejected" ? "failed" : "done"); return; }
      await pause(wait);
      try {
        this.status = await this.api.status(this.session.uid);
      } catch (error) {
        if (!error.temporary) { this.tell("failed", error); return; }
      }
      if (this.phase === "processing") { this.changed(this); }
    }
  }

  async retryPreview() {
    try {
      this.status = await this.api.retry(this.session.uid);
    } catch (error) {
      this.tell("failed", error);
      return;
    }
    this.follow();
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, milliseconds);
    if (signal) { signal.addEventListener("abort", () => { window.clearTimeout(timer); resolve(); }, { once: true }); }
  });
}
