// Arithmetic of the totals above the upload list.

export function percentOf(part, whole) {
  return whole ? Math.floor((part / whole) * 100) : 0;
}

// Totals of the files chosen in this page. Those that wait for their file are left out.
// delivered: [{ name, size }] of the files that the page shows itself; they stay counted, so the total stays the same.
export function totalsOf(transfers, delivered = []) {
  const counted = transfers.filter((transfer) => transfer.phase !== "awaitingFile");
  const before = delivered.reduce((sum, file) => sum + file.size, 0);
  const failed = counted.filter((transfer) => transfer.phase === "failed").length;
  return {
    files: delivered.length + counted.length,
    finished: delivered.length + counted.filter((transfer) => transfer.isSent).length - failed,
    failed,
    waiting: counted.filter((transfer) => !transfer.isOver && transfer.phase !== "paused").length,
    names: [...delivered, ...counted].map((file) => file.name),
    size: counted.reduce((sum, transfer) => sum + transfer.size, before),
    sent: counted.reduce((sum, transfer) => sum + (transfer.isSent ? transfer.size : transfer.sentBytes), before),
  };
}

// The new totals, with the bytes sent never fewer than before while the files are the same: a part may be sent again.
export function neverBackwards(totals, shown) {
  const isSame = shown && shown.files === totals.files && shown.size === totals.size;
  return isSame && shown.sent > totals.sent ? { ...totals, sent: shown.sent } : totals;
}

const SAMPLE_MS = 1000;
const WINDOW_MS = 20_000;
const SETTLED_MS = 5000;
const SETTLED_BYTES = 512 * 1024;
const WEIGHT_OF_NEW = 0.25;

// How long the rest takes, by the bytes sent in the last seconds, pauses between files included. Unknown while too little
// was sent: the first part goes into the buffers of the network and says nothing about its speed.
export class TimeLeft {
  constructor() {
    this.stop();
  }

  // Forget the speed: nothing is being sent.
  stop() {
    this.samples = [];
    this.movedBytes = 0;
    this.shown = null;
  }

  sample(bytes, now = performance.now()) {
    const last = this.samples[this.samples.length - 1];
    if (last && bytes < last.bytes) {
      // A file was removed: its bytes are no longer counted, the speed stays.
      for (const sample of this.samples) sample.bytes -= last.bytes - bytes;
    }
    if (last && now - last.at < SAMPLE_MS) return;
    if (last) this.movedBytes += Math.max(0, bytes - last.bytes);
    this.samples.push({ at: now, bytes });
    while (this.samples.length > 2 && now - this.samples[1].at >= WINDOW_MS) this.samples.shift();
  }

  // Seconds until the bytes are sent, or null while unknown. Counts down between samples instead of jumping.
  secondsFor(bytes, now = performance.now()) {
    const estimate = this.estimate(bytes);
    if (estimate === null) return null;
    const counted = this.shown ? Math.max(0, this.shown.seconds - (now - this.shown.at) / 1000) : estimate;
    this.shown = { seconds: counted + (estimate - counted) * WEIGHT_OF_NEW, at: now };
    return this.shown.seconds;
  }

  estimate(bytes) {
    const first = this.samples[0];
    const last = this.samples[this.samples.length - 1];
    if (!first || last.at - first.at < SETTLED_MS || this.movedBytes < SETTLED_BYTES) return null;
    const rate = ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
    return rate > 0 ? bytes / rate : null;
  }
}
