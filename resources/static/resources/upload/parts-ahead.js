// Prepares the parts of a file ahead of the lanes that send them, so that the network is never idle.
// One call signs several parts, because a call costs the site far more than a signature: 1, 2, 4, then 8 parts,
// so that the first part is on its way at once.

const MAX_BATCH = 8;

export class PartsAhead {
  // prepare(numbers) resolves to the parts with these numbers, in that order.
  constructor(numbers, prepare) {
    this.numbers = numbers;
    this.prepare = prepare;
    this.batchSize = 1;
    this.ready = [];
    this.pending = this.prepareBatch();
  }

  prepareBatch() {
    const numbers = this.numbers.splice(0, this.batchSize);
    if (!numbers.length) return null;
    this.batchSize = Math.min(this.batchSize * 2, MAX_BATCH);
    const parts = this.prepare(numbers);
    // The lane that awaits the batch gets the error; until then it must not count as unhandled.
    parts.catch(() => {});
    return parts;
  }

  // The next part, or null after the last.
  async next() {
    while (!this.ready.length) {
      const awaited = this.pending;
      if (!awaited) return null;
      const parts = await awaited;
      // Several lanes may await the same batch: the first takes it and starts the next.
      if (this.pending === awaited) {
        this.ready = parts.slice();
        this.pending = this.prepareBatch();
      }
    }
    return this.ready.shift();
  }
}
