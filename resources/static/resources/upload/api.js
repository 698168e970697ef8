// The upload API of the site and of the store. Every failure is an UploadError.

const REQUEST_TIMEOUT_MS = 60000;
// The store joins the parts of a large file before it answers.
const COMPLETE_TIMEOUT_MS = 300000;
const STALL_TIMEOUT_MS = 60000;

export class UploadError extends Error {
  // kind: "network", "refused" (by the site, with a sentence for the user), "store", "unreadable" (the file), "cancelled".
  constructor(kind, { code = "", message = "", status = 0, numbers = [] } = {}) {
    super(message || code || kind);
    this.kind = kind;
    this.code = code;
    this.sentence = message;
    this.status = status;
    this.numbers = numbers;
  }

  // Whether the same request can succeed later.
  get mayPass() {
    return this.kind === "network" || this.kind === "store" || this.status === 429 || this.status >= 500;
  }
}

function cookie(name) {
  const pair = document.cookie.split("; ").find((text) => text.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

// The cookie first: a sign-in in another window changes it and leaves the field of this page out of date.
// In production its name starts with __Host-.
function csrfToken() {
  return (
    cookie("__Host-csrftoken") ||
    cookie("csrftoken") ||
    document.querySelector("[name=csrfmiddlewaretoken]")?.value ||
    ""
  );
}

// A network that swallows packets reports no error, so every request has a time limit.
async function request(method, url, body, timeout = REQUEST_TIMEOUT_MS) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeout);
  try {
    return await fetchJson(method, url, body, limit.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function fetchJson(method, url, body, signal) {
  let response;
  try {
    response = await fetch(url, {
      method,
      signal,
      credentials: "same-origin",
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new UploadError("network");
  }
  const answer = await response.json().catch(() => ({}));
  if (signal.aborted) throw new UploadError("network");
  if (response.ok) return answer;
  throw new UploadError("refused", {
    code: answer.code || "",
    message: typeof answer.message === "string" ? answer.message : "",
    status: response.status,
    numbers: answer.numbers || [],
  });
}

export class UploadApi {
  constructor(url) {
    this.url = url;
  }

  sessions() {
    return request("GET", this.url);
  }

  create(details) {
    return request("POST", this.url, details);
  }

  status(uid) {
    return request("GET", `${this.url}/${uid}`);
  }

  receivedParts(uid) {
    return request("GET", `${this.url}/${uid}/parts`);
  }

  // parts: [{ number, md5 }]. The signed requests come back in the same order.
  signParts(uid, parts) {
    const body = { parts: parts.map(({ number, md5 }) => ({ number, md5 })) };
    return request("POST", `${this.url}/${uid}/parts`, body);
  }

  complete(uid) {
    return request("POST", `${this.url}/${uid}/complete`, undefined, COMPLETE_TIMEOUT_MS);
  }

  cancel(uid) {
    return request("DELETE", `${this.url}/${uid}`);
  }

  retryPreview(uid) {
    return request("POST", `${this.url}/${uid}/retry`);
  }
}

// PUT one part to the store. Resolves when the store has it; onProgress gets the bytes sent so far.
// XMLHttpRequest, because fetch reports no upload progress.
export function putPart({ url, headers }, blob, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    let stallTimer = 0;
    const finish = (error) => {
      clearTimeout(stallTimer);
      signal.removeEventListener("abort", cancel);
      if (error) reject(error);
      else resolve();
    };
    const stop = (kind) => {
      xhr.abort();
      finish(new UploadError(kind));
    };
    const cancel = () => stop("cancelled");
    const restartStallTimer = () => {
      clearTimeout(stallTimer);
      stallTimer = setTimeout(() => stop("network"), STALL_TIMEOUT_MS);
    };
    xhr.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.upload.addEventListener("progress", (event) => {
      restartStallTimer();
      onProgress(event.loaded);
    });
    xhr.addEventListener("load", () => finish(storeError(xhr)));
    xhr.addEventListener("error", () => finish(new UploadError("network")));
    if (signal.aborted) {
      reject(new UploadError("cancelled"));
      return;
    }
    signal.addEventListener("abort", cancel);
    restartStallTimer();
    xhr.send(blob);
  });
}

function storeError(xhr) {
  if (xhr.status >= 200 && xhr.status < 300) return null;
  const isBusy = Number(xhr.getResponseHeader("Retry-After")) > 0;
  return new UploadError("store", { status: xhr.status, code: isBusy ? "busy" : "" });
}
