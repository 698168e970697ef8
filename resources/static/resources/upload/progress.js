// Arithmetic of the totals above the upload list.

export function percentOf(part, whole) {
  return whole ? Math.floor((part / whole) * 100) : 0;
}

// Totals of the transfers; those that wait for their file are left out.
export function totalsOf(transfers) {
  const counted = transfers.filter((transfer) => transfer.phase !== "awaitingFile");
  const size = counted.reduce((sum, transfer) => sum + transfer.size, 0);
  const sent = counted.reduce((sum, transfer) => sum + (transfer.isSent ? transfer.size : transfer.sentBytes), 0);
  return {
    files: counted.length,
    finished: counted.filter((transfer) => transfer.isSent).length,
    size,
    sent,
    percent: size ? percentOf(sent, size) : 100,
  };
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
