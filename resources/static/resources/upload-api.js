// The upload API of the site: create, sign, list, complete, cancel, status. Refusals come back as UploadError.

export class UploadError extends Error {
  // kind: "network" (try again), "refused" (the site said no, with a sentence), "cancelled".
  constructor(kind, { code = "", message = "", status = 0, numbers = [] } = {}) {
    super(message || code || kind);
    this.kind = kind;
    this.code = code;
    this.sentence = message;
    this.status = status;
    this.numbers = numbers;
  }

  get temporary() { return this.kind === "network" || this.status === 503 || this.status === 429 || this.status >= 500; }
}

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

// The cookie first: signing in again in another window changes it, and the page's own field is then out of date.
function token() {
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return cookie("csrftoken") || (field ? field.value : "");
}

const SILENT = 60000;
// The store puts the parts of a large file together before this one answers.
const SILENT_COMPLETE = 300000;

async function ask(method, address, body, silent = SILENT) {
  // Wi-Fi that swallows what is sent tells nobody: without a limit the upload would wait for ever.
  const limit = new AbortController();
  const watch = window.setTimeout(() => limit.abort(), silent);
  try {
    return await answerOf(method, address, body, limit.signal);
  } finally {
    window.clearTimeout(watch);
  }
}

async function answerOf(method, address, body, signal) {
  let answer;
  try {
    answer = await fetch(address, {
      method,
      signal,
      credentials: "same-origin",
      headers: { "Accept": "application/json", "Content-Type": "application/json", "X-CSRFToken": token() },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    throw new UploadError("network");
  }
  const told = await answer.json().catch(() => ({}));
  if (signal.aborted) { throw new UploadError("network"); }
  if (answer.ok) { return told; }
  const message = typeof told.message === "string" ? told.message : "";
  throw new UploadError("refused", { code: told.code || "", message, status: answer.status, numbers: told.numbers || [] });
}

export class Uploads {
  constructor(address) { this.address = address; }

  list() { return ask("GET", this.address); }

  start(wanted) { return ask("POST", this.address, wanted); }

  status(uid) { return ask("GET", `${this.address}/${uid}`); }

  parts(uid) { return ask("GET", `${this.address}/${uid}/parts`); }

  // parts: [{ number, md5 }]; the signed requests come in the same order.
  sign(uid, parts) {
    return ask("POST", `${this.address}/${uid}/parts`, { parts: parts.map(({ number, md5 }) => ({ number, md5 })) });
  }

  complete(uid) { return ask("POST", `${this.address}/${uid}/complete`, undefined, SILENT_COMPLETE); }

  cancel(uid) { return ask("DELETE", `${this.address}/${uid}`); }

  retry(uid) { return ask("POST", `${this.address}/${uid}/retry`); }
}

const STALLED = 60000;

// PUT one part. Resolves when the store has it. progress(bytes so far); the signal ends it.
export function put(signed, blob, { signal, progress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let watch = 0;
    const rest = () => { window.clearTimeout(watch); signal.removeEventListener("abort", stop); };
    const stop = () => { rest(); request.abort(); reject(new UploadError("cancelled")); };
    const alive = () => {
      window.clearTimeout(watch);
      watch = window.setTimeout(() => { rest(); request.abort(); reject(new UploadError("network")); }, STALLED);
    };
    request.open("PUT", signed.url);
    Object.entries(signed.headers).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.addEventListener("progress", (event) => { alive(); progress(event.loaded); });
    request.addEventListener("load", () => {
      rest();
      if (request.status >= 200 && request.status < 300) { resolve(); return; }
      const wait = Number(request.getResponseHeader("Retry-After"));
      reject(new UploadError("store", { status: request.status, code: wait ? "busy" : "" }));
    });
    request.addEventListener("error", () => { rest(); reject(new UploadError("network")); });
    if (signal.aborted) { reject(new UploadError("cancelled")); return; }
    signal.addEventListener("abort", stop);
    alive();
    request.send(blob);
  });
}
