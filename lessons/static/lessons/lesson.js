// The page of a lesson: notes and minutes are saved while the teacher types. Without this script each has a button.

const DELAY_MS = 1200;
const RETRY_MS = 10000;

// What a field needs to send, and what to do with the answer. No DOM, so that node can test it.
export class Field {
  // send(before, text): resolves to { status, answer }; show(phase, answer): tells the user.
  constructor({ before, send, show, timers = globalThis }) {
    Object.assign(this, { before, text: before, send, show, timers });
    this.timer = null;
    this.isSending = false;
    this.isInConflict = false;
  }

  changed(text) {
    this.text = text;
    if (!this.isInConflict) this.schedule(DELAY_MS);
  }

  schedule(delay) {
    this.timers.clearTimeout(this.timer);
    this.timer = this.timers.setTimeout(() => this.flush(), delay);
  }

  async flush() {
    this.timers.clearTimeout(this.timer);
    if (this.isSending || this.isInConflict || this.text === this.before) return;
    this.isSending = true;
    const sent = this.text;
    this.show("saving", {});
    const { status, answer } = await this.send(this.before, sent).catch(() => ({ status: 0, answer: {} }));
    this.isSending = false;
    if (status === 200) {
      this.before = sent;
      this.show("saved", answer);
      if (this.text !== sent) this.schedule(DELAY_MS);
    } else if (status === 409) {
      this.isInConflict = true;
      this.show("conflict", answer);
    } else {
      this.show("offline", answer);
      this.schedule(RETRY_MS);
    }
  }

  // The user has seen what is stored; what is typed from now on replaces it.
  accept(theirs) {
    this.before = theirs;
    this.isInConflict = false;
  }
}

const fields = [];

async function post(form, values) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(values)) body.set(name, value);
  const response = await fetch(form.action, {
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "X-Requested-With": "fetch" },
  });
  const answer = await response.json();
  return { status: response.status, answer };
}

function watch(form, page) {
  const input = form.elements.text;
  const badge = document.querySelector("[data-lesson-says]");
  const field = new Field({
    before: input.value,
    send: (before, text) => post(form, { do: form.dataset.autosave, before, text }),
    show(phase, answer) {
      badge.textContent = page.dataset[phase];
      if (answer.version) document.querySelector("#acts [name=version]").value = answer.version;
      if (form.elements.before && phase === "saved") form.elements.before.value = field.before;
      if (phase === "conflict") showTheirs(answer.theirs || "");
    },
  });
  function showTheirs(theirs) {
    const note = document.createElement("p");
    note.className = "error";
    note.textContent = `${page.dataset.theirs} ${theirs}`;
    form.append(note);
    field.accept(theirs);
  }
  input.addEventListener("input", () => field.changed(input.value));
  input.addEventListener("change", () => field.flush());
  for (const button of form.querySelectorAll("[data-plain]")) button.hidden = true;
  fields.push(field);
}

if (typeof document !== "undefined") {
  const page = document.querySelector("[data-lesson]");
  for (const form of document.querySelectorAll("[data-autosave]")) watch(form, page);
  window.addEventListener("beforeunload", (event) => {
    for (const field of fields) field.flush();
    if (fields.some((field) => field.text !== field.before)) event.preventDefault();
  });
}
