// The parts of a file, made ready ahead of the lanes that send them. Several are signed in one call, because a call
// costs the site far more than a signature: 1, 2, 4, then 8 at a time, so that the first is on its way at once.

const MOST = 8;

export class PartsAhead {
  // prepare(numbers) resolves to the parts, in that order.
  constructor(numbers, prepare) {
    this.numbers = numbers;
    this.prepare = prepare;
    this.size = 1;
    this.ready = [];
    this.coming = this.begin();
  }

  begin() {
    const numbers = this.numbers.splice(0, this.size);
    if (!numbers.length) { return null; }
    this.size = Math.min(this.size * 2, MOST);
    const parts = this.prepare(numbers);
    parts.catch(() => {});   // told to whoever waits for it
    return parts;
  }

  // The next part, or null after the last.
  async next() {
    while (!this.ready.length) {
      const awaited = this.coming;
      if (!awaited) { return null; }
      const parts = await awaited;
      // Of several lanes that waited for the same parts, the first one takes them and has the next ones made ready.
      if (this.coming === awaited) { this.ready = parts.slice(); this.coming = this.begin(); }
    }
    return this.ready.shift();
  }
}
