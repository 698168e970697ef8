// The upload page and the draft page: attach stored files to the draft (created first if there is none), and refresh the
// list of files while they are being checked or rendered. Without this script the plain form does the same.

import { focusErrors } from "./errors.js";
import { continueFrom, exclusively } from "./record-form.js";

const REFRESH_MS = 2500;
const fileList = document.querySelector("[data-refresh]");
const newDraft = document.querySelector("[data-new-draft]");

// URLs of the draft; null on the upload page until the first file has arrived.
let draft = fileList ? { files: fileList.dataset.refresh, url: "" } : null;

async function post(url, fields) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  const response = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": token ? token.value : "" },
    body: new URLSearchParams(fields),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.message || String(response.status));
  return answer;
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
    // A focused button of the list must not be replaced under the user's finger: try again later.
    isStale = fileList.contains(document.activeElement);
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
  if (wasWorking && !isWorking()) document.dispatchEvent(new CustomEvent("files:ready"));
}

function scheduleRefresh() {
  clearTimeout(timer);
  if (isStale || isWorking()) timer = setTimeout(refresh, REFRESH_MS);
}

// --- stored files

async function attach(uid) {
  if (!draft) {
    const created = await post(newDraft.dataset.newDraft, { school: newDraft.dataset.school, title: "" });
    draft = { files: created.files, url: created.url };
  }
  // The form on the page continues from what the file may have changed: the title.
  await exclusively(async () => continueFrom(await post(draft.files, { blob: uid })));
}

// One after the other: each attachment makes a revision on top of the one before.
let queue = Promise.resolve();
document.addEventListener("upload:complete", (event) => {
  const { blob } = event.detail;
  const attached = queue.then(() => attach(blob));
  queue = attached.catch(() => {});
  event.detail.waitUntil(attached);
  event.preventDefault(); // the file is shown in the draft's own list
  const showResult = fileList ? refresh : () => setTimeout(goToDraft, 100);
  attached.then(showResult, () => {});
});

// Leave the upload page for the draft when no upload is running any more; until then show a link to it.
function goToDraft() {
  newDraft.querySelector("[data-draft-link]").href = draft.url;
  newDraft.querySelector("[data-draft-made]").hidden = false;
  if (!newDraft.querySelector("[data-upload-list] li")) window.location.href = draft.url;
}

scheduleRefresh();
focusErrors();
