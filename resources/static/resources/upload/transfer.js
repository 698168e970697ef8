// One file being uploaded: three parts at a time, each with its checksum, retried with growing pauses.
// It reports through one callback, can be paused, resumed and cancelled, and knows nothing of the page.

import { announce } from "./announcement.js";
import { putPart, UploadError } from "./api.js";
import { fingerprintOf, randomKey } from "./identity.js";
import { md5Of } from "./md5.js";
import { PartsAhead } from "./parts-ahead.js";
import { mayFollow, PHASES } from "./phases.js";
import { retry, sleep } from "./retry.js";

const LANES = 3;
const MAX_ROUNDS = 3;
// With these codes the session is over; another attempt needs a new one.
const ENDED_CODES = new Set(["closed", "lost", "expired", "size_differs", "not_found"]);
const FIRST_POLL_MS = 1000;
const SLOWEST_POLL_MS = 5000;

export class Transfer {
  // Either file (picked in this page) or session (from the server, after a reload) is given.
  constructor(api, { file = null, session = null, context = "", school = null, onChange }) {
    this.api = api;
    this.file = file;
    this.session = session;
    this.status = session;
    this.school = school;
    this.onChange = onChange;
    this.name = file ? file.name : session.name;
    this.size = file ? file.size : session.size;
    this.fingerprint = file ? fingerprintOf(file, context) : session.fingerprint;
    this.idempotencyKey = randomKey();
    this.phase = file ? "queued" : "awaitingFile";
    this.error = null;
    // What the page does with the stored file: "pending", "offered", then "accepted" or "refused".
    this.delivery = "pending";
    this.receivedParts = new Set();
    this.announced = null; // the only part of a small file, signed with the announcement
    this.inFlight = new Map(); // part number → bytes sent so far
    this.abortController = null;
    this.deletion = null;
  }

  get sentBytes() {
    let bytes = 0;
    for (const number of this.receivedParts) bytes += this.partSize(number);
    for (const sent of this.inFlight.values()) bytes += sent;
    return Math.min(bytes, this.size);
  }

  get isWorking() {
    return Boolean(PHASES[this.phase].working);
  }

  get isSent() {
    return Boolean(PHASES[this.phase].sent);
  }

  get isOver() {
    return Boolean(PHASES[this.phase].over);
  }

  partSize(number) {
    const { part_size: size, part_count: count } = this.session;
    return number < count ? size : this.size - (count - 1) * size;
  }

  // Change the phase if the table allows it; returns whether it did.
  enter(phase, error = null) {
    if (!mayFollow(this.phase, phase)) return false;
    this.phase = phase;
    this.error = error;
    this.onChange(this);
    return true;
  }

  // --- sending

  // Start or resume. Resolves when the file is sent, paused, failed or cancelled; polling its preview goes on afterwards.
  async run() {
    this.abortController = new AbortController();
    const { signal } = this.abortController;
    this.enter("sending");
    try {
      await this.openSession(signal);
      await this.sendAndComplete(signal);
    } catch (error) {
      this.inFlight.clear();
      if (!signal.aborted) this.fail(error);
      return;
    }
    this.pollPreview();
  }

  fail(error) {
    const known = error instanceof UploadError ? error : new UploadError("unreadable");
    this.enter(known.mayPass ? "paused" : "failed", known);
  }

  async openSession(signal) {
    this.announced = null;
    if (this.session) {
      const parts = await retry(() => this.api.receivedParts(this.session.uid), signal);
      if (signal.aborted) throw new UploadError("cancelled");
      const whole = parts.filter((part) => part.size === this.partSize(part.number));
      this.receivedParts = new Set(whole.map((part) => part.number));
    } else {
      await this.createSession(signal);
      this.receivedParts = new Set();
    }
    this.onChange(this);
  }

  async createSession(signal) {
    const details = { name: this.name, fingerprint: this.fingerprint, idempotency_key: this.idempotencyKey };
    if (this.school) details.school = this.school;
    ({ session: this.session, part: this.announced } = await announce(this.api, this.file, details, signal));
    if (signal.aborted) {
      // Cancelled while the site was creating the session: only now there is one to delete.
      if (this.phase === "cancelled") await this.deleteSession();
      throw new UploadError("cancelled");
    }
  }

  async sendAndComplete(signal) {
    for (let round = 1; ; round += 1) {
      await this.sendParts(signal);
      this.enter("finishing");
      try {
        this.status = await retry(() => this.api.complete(this.session.uid), signal);
        return;
      } catch (error) {
        // The store lost a part that it had acknowledged: ask again which parts it has.
        if (error.code !== "parts_missing" || round >= MAX_ROUNDS) throw error;
        this.enter("sending");
        await this.openSession(signal);
      }
    }
  }

  missingParts() {
    const numbers = Array.from({ length: this.session.part_count }, (_, index) => index + 1);
    return numbers.filter((number) => !this.receivedParts.has(number));
  }

  async sendParts(signal) {
    // The first lane that fails stops the others at once, instead of after their own retries.
    const lanes = new AbortController();
    const stop = () => lanes.abort();
    signal.addEventListener("abort", stop);
    const ahead = new PartsAhead(this.missingParts(), (numbers) => this.prepareParts(numbers, lanes.signal));
    const runLane = async () => {
      for (let part = await ahead.next(); part && !lanes.signal.aborted; part = await ahead.next()) {
        await this.sendPart(part, lanes.signal);
      }
    };
    try {
      await Promise.all(Array.from({ length: LANES }, runLane));
    } finally {
      lanes.abort();
      signal.removeEventListener("abort", stop);
    }
    if (signal.aborted) throw new UploadError("cancelled");
  }

  // Read the parts, compute their checksums and have them signed.
  async prepareParts(numbers, signal) {
    if (this.announced) return [this.announced];
    const parts = [];
    for (const number of numbers) {
      if (signal.aborted) throw new UploadError("cancelled");
      const start = (number - 1) * this.session.part_size;
      const blob = this.file.slice(start, start + this.partSize(number));
      parts.push({ number, blob, md5: await md5Of(blob) });
    }
    const signed = await retry(() => this.api.signParts(this.session.uid, parts), signal);
    return parts.map((part, index) => ({ ...part, signed: signed[index] }));
  }

  async sendPart({ number, blob, md5, signed }, signal) {
    let unused = signed;
    const onProgress = (sent) => {
      this.inFlight.set(number, Math.min(sent, blob.size));
      this.onChange(this);
    };
    await retry(async () => {
      // A retry gets a new signed URL, because the old one may be what failed.
      const target = unused || (await this.api.signParts(this.session.uid, [{ number, md5 }]))[0];
      unused = null;
      try {
        await putPart(target, blob, { signal, onProgress });
      } finally {
        this.inFlight.delete(number);
      }
    }, signal);
    this.receivedParts.add(number);
    this.onChange(this);
  }

  // --- what the user asks for

  pause() {
    if (this.phase !== "sending" && this.phase !== "queued") return;
    this.stopSending();
    this.enter("paused");
  }

  resume() {
    if (this.phase !== "paused" && this.phase !== "failed") return;
    if (this.error && ENDED_CODES.has(this.error.code)) this.forgetSession();
    this.enter("queued");
  }

  async cancel() {
    this.stopSending();
    this.enter("cancelled");
    await this.deleteSession();
  }

  stopSending() {
    this.abortController?.abort();
    this.inFlight.clear();
  }

  forgetSession() {
    this.session = null;
    this.status = null;
    this.receivedParts.clear();
    this.idempotencyKey = randomKey();
  }

  // A session that can't be deleted now expires by itself.
  async deleteSession() {
    if (!this.session || this.status?.blob) return;
    this.deletion ??= retry(() => this.api.cancel(this.session.uid), new AbortController().signal).catch(() => {});
    await this.deletion;
  }

  // The row was removed from the list.
  remove() {
    this.enter("removed");
  }

  // The user picked the file again after a reload.
  attachFile(file) {
    this.file = file;
    this.enter("queued");
  }

  // The server's answer about a session from before the reload came after the file was picked again.
  attachSession(session) {
    this.session = session;
    this.status = session;
  }

  // --- after sending

  // Poll the check and the preview until both have ended.
  async pollPreview() {
    this.enter("processing");
    for (let wait = FIRST_POLL_MS; this.phase === "processing"; wait = Math.min(wait * 1.2, SLOWEST_POLL_MS)) {
      const { blob } = this.status;
      if (blob && !blob.preview?.working) {
        this.enter(blob.state === "rejected" ? "failed" : "done");
        return;
      }
      await sleep(wait);
      try {
        this.status = await this.api.status(this.session.uid);
      } catch (error) {
        if (!error.mayPass) this.enter("failed", error);
      }
      if (this.phase === "processing") this.onChange(this);
    }
  }

  async retryPreview() {
    try {
      this.status = await this.api.retryPreview(this.session.uid);
    } catch (error) {
      this.enter("failed", error);
      return;
    }
    this.pollPreview();
  }

  // --- handing the stored file over to the page

  deliveryFailed(error) {
    this.delivery = "refused";
    this.enter("failed", error);
  }

  deliverAgain() {
    this.delivery = "pending";
    this.pollPreview();
  }
}
