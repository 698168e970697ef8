// The upload and draft pages: put what has arrived into the draft (making one first where there is none), and keep the
// list of files up to date while something is being worked on. Without this file the plain form does the same.

const PAUSE = 2500;
const place = document.querySelector("[data-refresh]");
const record = document.querySelector("[data-record]");
const start = document.querySelector("[data-new-draft]");
let draft = place ? { files: place.dataset.refresh, url: "" } : null;

async function post(address, fields) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  const answer = await fetch(address, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Accept": "application/json", "X-CSRFToken": token ? token.value : "" },
    body: new URLSearchParams(fields),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) { throw new Error(said.message || String(answer.status)); }
  return said;
}

let waiting = 0;
let asked = 0;
let behind = false;   // there is news that the list does not show yet

async function refresh() {
  window.clearTimeout(waiting);
  asked += 1;
  const mine = asked;
  behind = true;
  try {
    const answer = await fetch(draft.files, { credentials: "same-origin" });
    const html = await answer.text();
    // Answers may overtake each other: only the last question's is up to date.
    if (mine !== asked) { return; }
    if (answer.ok && !answer.redirected) {
      // Somebody who is on a button of the list would lose the place under their finger: it is asked for again.
      behind = place.contains(document.activeElement);
      if (!behind) { place.innerHTML = html; }
    } else {
      behind = answer.status >= 500;   // signed out, or the draft is gone: asking again would not help
    }
  } catch (error) {
    if (mine !== asked) { return; }   // else offline: the next round tries again
  }
  watch();
}

function watch() {
  window.clearTimeout(waiting);
  const list = place && place.querySelector("[data-working]");
  if (behind || list && list.dataset.working === "yes") { waiting = window.setTimeout(refresh, PAUSE); }
}

async function attach(uid, name) {
  if (!draft) {
    const made = await post(start.dataset.newDraft, { school: start.dataset.school, title: "" });
    draft = { files: made.files, url: made.url };
  }
  const said = await post(draft.files, { blob: uid });
  // The record on the page is based on the revision that has this file in it.
  if (record) { record.elements.based_on.value = String(said.revision); }
  const title = record && record.elements.title;
  if (title && !title.value) { title.value = name.replace(/\.[^.]+$/, ""); }
}

// One after the other: each makes a revision on top of the one before.
let queue = Promise.resolve();
document.addEventListener("upload:complete", (event) => {
  const { blob, name } = event.detail;
  const done = queue.then(() => attach(blob, name));
  queue = done.catch(() => {});
  event.detail.waitUntil(done);
  event.preventDefault();   // the file is shown in the draft's own list
  if (place) { done.then(refresh, () => {}); } else { done.then(() => window.setTimeout(leave, 100), () => {}); }
});

// The upload page is done when nothing is on its way any more; until then it offers the way to the draft.
function leave() {
  const link = start.querySelector("[data-draft-link]");
  link.href = draft.url;
  start.querySelector("[data-draft-made]").hidden = false;
  if (!start.querySelector("[data-upload-list] li")) { window.location.href = draft.url; }
}

watch();
const errors = document.getElementById("errors");
if (errors) { errors.focus(); }
