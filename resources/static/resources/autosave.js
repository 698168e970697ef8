// Saves while the user types: when to save, and what the user must know before leaving. No DOM; record-form.js has it.

export const DELAY_MS = 2000;
export const RETRY_MS = 15000;

// Phases: clean, changed, saving, saved; and the unsaved ones offline (tried again), refused, partly (all but the fields
// that were refused), conflict (these three wait).
export class Autosave {
  // send(): posts the form and resolves to { phase, ...answer }; show(phase, answer): tells the user.
  constructor({ send, show, timers = globalThis }) {
    Object.assign(this, { send, show, timers });
    this.phase = "clean";
    this.typed = 0; // counts the changes
    this.stored = 0; // the change that the last successful save included
    this.everSaved = false;
    this.timer = null;
    this.tail = Promise.resolve(); // saves and attachments one after the other: each continues from the one before
  }

  get isDirty() {
    return this.typed !== this.stored;
  }

  // A click on a link is saved on the way out, unless nothing was saved yet or saving fails.
  get mustWarn() {
    return this.isDirty && (!this.everSaved || ["offline", "refused", "partly", "conflict"].includes(this.phase));
  }

  changed() {
    this.typed += 1;
    if (this.phase === "conflict") return;
    if (this.phase !== "saving") this.phase = "changed";
    this.schedule(DELAY_MS);
  }

  schedule(delay) {
    this.timers.clearTimeout(this.timer);
    this.timer = this.timers.setTimeout(() => this.flush(), delay);
  }

  exclusively(work) {
    const done = this.tail.then(work);
    this.tail = done.catch(() => {});
    return done;
  }

  // Resolves once nothing is on its way; the phase says whether everything is stored.
  flush() {
    this.timers.clearTimeout(this.timer);
    return this.exclusively(() => (this.isDirty && this.phase !== "conflict" ? this.save() : undefined));
  }

  async save() {
    const sent = this.typed;
    this.phase = "saving";
    this.show("saving", {});
    const answer = await this.send().catch(() => ({ phase: "offline" }));
    this.phase = answer.phase;
    if (answer.phase === "saved") {
      this.stored = sent;
      this.everSaved = true;
    }
    this.show(answer.phase, answer);
    if (answer.phase === "offline") this.schedule(RETRY_MS);
    else if (["saved", "partly"].includes(answer.phase) && this.typed !== sent) this.schedule(DELAY_MS);
  }

  // The user saw what is stored elsewhere and wants the own entries to replace it.
  overwrite() {
    this.phase = "changed";
    this.typed += 1;
    return this.flush();
  }
}
