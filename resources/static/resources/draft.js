// The upload page and the draft page: attach stored files to the draft (created first if there is none), refresh the list
// of files while they are being checked or rendered, and send its small forms without leaving the page. Without this
// script the plain forms do the same.

import { focusErrors } from "./errors.js";
import { continueFrom, exclusively } from "./record-form.js";

const REFRESH_MS = 2500;
const fileList = document.querySelector("[data-refresh]");
const newDraft = document.querySelector("[data-new-draft]");
// Another tab that has the draft open shows a file as soon as it is there.
const otherTabs = "BroadcastChannel" in window ? new BroadcastChannel("draft-files") : null;

// URLs of the draft; null on the upload page until the first file has arrived.
let draft = fileList?.dataset.refresh ? { files: fileList.dataset.refresh, url: "" } : null;
let creation = null;

// The cookie has the newest token, also after the user signed in again in another tab.
function csrfToken() {
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] || field?.value || "";
}

export async function post(url, fields) {
  const response = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    body: new URLSearchParams(fields),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.message || String(response.status));
  return answer;
}

// The draft of this page, created when it is first needed.
export function ensureDraft() {
  creation ??= createDraft().catch((error) => {
    creation = null;
    throw error;
  });
  return creation;
}

async function createDraft() {
  if (draft) return draft;
  const created = await post(newDraft.dataset.newDraft, { school: newDraft.dataset.school, title: "" });
  draft = { files: created.files, url: created.url };
  return draft;
}

// --- the list of files

let timer = 0;
let lastRequest = 0;
let isStale = false; // the server has news that the list does not show yet

async function refresh() {
  clearTimeout(timer);
  lastRequest += 1;
  const request = lastRequest;
  isStale = true;
  try {
    const response = await fetch(draft.files, { credentials: "same-origin" });
    const html = await response.text();
    // Answers may overtake each other: only the last request's is up to date.
    if (request !== lastRequest) return;
    showFiles(response, html);
  } catch {
    // Offline: the next refresh tries again.
    if (request !== lastRequest) return;
  }
  scheduleRefresh();
}

function showFiles(response, html) {
  if (response.ok && !response.redirected) {
    // A focused button or an open form of the list must not be replaced under the user's finger: try again later.
    isStale = fileList.contains(document.activeElement) || fileList.querySelector("details[open]") !== null;
    if (!isStale) showList(html);
  } else {
    // Below 500 the user is signed out or the draft is deleted, and asking again does not help.
    isStale = response.status >= 500;
  }
}

function isWorking() {
  return fileList?.querySelector("[data-working]")?.dataset.working === "yes";
}

// Once every file is read, the page has more to propose and less to miss.
function showList(html) {
  const wasWorking = isWorking();
  fileList.innerHTML = html;
  const steps = fileList.querySelector("[data-steps-now]");
  if (steps) {
    document.querySelector("[data-steps]")?.replaceChildren(steps.content);
    steps.remove();
  }
  if (wasWorking && !isWorking()) document.dispatchEvent(new CustomEvent("files:ready"));
}

function scheduleRefresh() {
  clearTimeout(timer);
  if (isStale || isWorking()) timer = setTimeout(refresh, REFRESH_MS);
}

// --- stored files

async function attach(uid) {
  const { files } = await ensureDraft();
  // The form on the page continues from what the file may have changed: the title.
  const answer = await exclusively(async () => {
    const changed = await post(files, { blob: uid });
    continueFrom(changed);
    return changed;
  });
  otherTabs?.postMessage({ files, ...answer });
}

// One after the other: each attachment makes a revision on top of the one before.
let queue = Promise.resolve();
document.addEventListener("upload:complete", (event) => {
  const { blob } = event.detail;
  const attached = queue.then(() => attach(blob));
  queue = attached.catch(() => {});
  event.detail.waitUntil(attached);
  event.preventDefault(); // the file is shown in the draft's own list
  attached.then(refresh, () => {});
});

otherTabs?.addEventListener("message", ({ data }) => {
  if (draft?.files !== data.files) return;
  exclusively(() => continueFrom(data));
  refresh();
});

// --- the small forms of the list: rename, move, remove, retry, what is related

async function sendForm(event) {
  const form = event.target;
  if (form.hasAttribute("data-leaves")) return;
  event.preventDefault();
  const fields = new FormData(form, event.submitter);
  const error = document.querySelector("[data-files-error]");
  error.textContent = "";
  try {
    await exclusively(async () => continueFrom(await post(form.action, fields)));
    document.activeElement?.blur();
    for (const open of fileList.querySelectorAll("details[open]")) open.open = false;
    await refresh();
    document.dispatchEvent(new CustomEvent("files:ready"));
  } catch (failure) {
    const isTechnical = failure instanceof TypeError || !/\D/.test(failure.message);
    error.textContent = isTechnical ? error.dataset.textFailed : failure.message;
  }
}

fileList?.addEventListener("submit", sendForm);
scheduleRefresh();
focusErrors();
