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
const SMOOTHING = 0.3;

// Bytes per second, smoothed over the samples. Nothing is counted while the bytes go back (a file was removed).
export class Speed {
  constructor() {
    this.sampledAt = 0;
    this.bytes = 0;
    this.rate = 0;
  }

  sample(bytes, now = performance.now()) {
    if (now - this.sampledAt < SAMPLE_MS) return;
    const rate = ((bytes - this.bytes) / (now - this.sampledAt)) * 1000;
    if (this.sampledAt && rate >= 0) {
      this.rate = this.rate ? this.rate * (1 - SMOOTHING) + rate * SMOOTHING : rate;
    }
    this.sampledAt = now;
    this.bytes = bytes;
  }

  // Seconds until the bytes are sent, or null while unknown.
  secondsFor(bytes) {
    return this.rate > 0 ? bytes / this.rate : null;
  }
}
