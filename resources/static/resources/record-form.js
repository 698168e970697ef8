// The form of a draft: saves by itself, fills in proposals, and guards what was typed. Without this script its buttons do.

import { Autosave } from "./autosave.js";

const form = document.querySelector("[data-record]");
const progress = document.querySelector("[data-progress]");
const state = document.querySelector("[data-save-state]");
const conflict = document.querySelector("[data-conflict]");
let isLeaving = false;

// The cookie has the newest token, also after the user signed in again in another tab.
function csrfToken() {
  return document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/)?.[1] || form.elements.csrfmiddlewaretoken.value;
}

async function send() {
  const fields = new FormData(form);
  fields.set("do", "autosave");
  fields.set("csrfmiddlewaretoken", csrfToken());
  const response = await fetch(form.action, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(fields),
    keepalive: true, // goes on when the user leaves the page
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok && answer.stamp) return { ...answer, phase: answer.refused ? "partly" : "saved" };
  if (response.status >= 500 || response.status === 429) return { phase: "offline" };
  if (answer.code === "draft_changed") return { ...answer, phase: "conflict" };
  return { ...answer, phase: "refused" };
}

function show(phase, answer) {
  if (phase === "saved" || phase === "partly") {
    form.elements.based_on.value = answer.stamp;
    adoptTitle(answer.title);
    progress.innerHTML = answer.progress;
    document.querySelector("[data-steps]").innerHTML = answer.steps;
  } else if (phase === "conflict") {
    conflict.innerHTML = answer.conflict;
    conflict.dataset.stamp = answer.stamp;
    conflict.firstElementChild.focus();
  }
  const { textSaving, textOffline, textConflict, textRefused, textPartly, textSignedOut } = form.dataset;
  const refused = answer.message ? textRefused.replace("{reason}", answer.message) : textSignedOut;
  const partly = textPartly.replace("{reason}", answer.refused);
  const texts = { saving: textSaving, offline: textOffline, conflict: textConflict, refused, partly };
  state.textContent = texts[phase] || "";
  state.hidden = !texts[phase];
  state.classList.toggle("is-bad", phase !== "saving");
  progress.hidden = Boolean(texts[phase]) && phase !== "saving";
}

const autosave = form ? new Autosave({ send, show }) : null;

// Work that changes the draft on the server, such as attaching a file, between two saves.
export function exclusively(work) {
  return autosave ? autosave.exclusively(work) : work();
}

// The files changed, here or in another tab: the draft may have got its title from them, and another stamp. A typed title
// stays, and so does the stamp of a form that has not seen what was saved before: its next save tells the user.
let titleOfDraft = form?.elements.title.value;
export function continueFrom({ before, stamp, title }) {
  if (!form || !stamp || before !== form.elements.based_on.value) return;
  form.elements.based_on.value = stamp;
  if (!form.elements.title.value) titleOfDraft = "";
  adoptTitle(title);
}

// A file has given the draft its title: show it, unless the user has typed another.
function adoptTitle(title) {
  if (form.elements.title.value === titleOfDraft) form.elements.title.value = title;
  titleOfDraft = title;
}

// --- proposals

function controlsOf(name) {
  const found = form.elements[name];
  if (!found) return [];
  return found instanceof RadioNodeList ? [...found] : [found];
}

const WORDS = /[、,，;；\n\r\t　]+/;

// Puts the value of a proposal into its field, or takes it out again; whether it is in there now.
function toggle({ field, value }, isWanted) {
  for (const control of controlsOf(field)) {
    if (control.type === "checkbox" || control.type === "radio") {
      if (control.value === value) control.checked = isWanted;
    } else if (field === "keywords") {
      const words = control.value.split(WORDS).filter((word) => word && word !== value);
      control.value = (isWanted ? [...words, value] : words).join("、");
    } else {
      control.value = isWanted ? value : "";
    }
  }
}

function accept(chip, isWanted) {
  toggle(chip.dataset, isWanted);
  chip.setAttribute("aria-pressed", String(isWanted));
}

function onClick(event) {
  const chip = event.target.closest("[data-proposals] button");
  const all = event.target.closest("[data-accept-all]");
  if (!chip && !all) return;
  event.preventDefault();
  if (chip) accept(chip, chip.getAttribute("aria-pressed") !== "true");
  if (all) for (const one of form.querySelectorAll("[data-proposals] button")) accept(one, true);
  autosave.changed();
}

// The files are read now: take the pages, proposals, steps and bar from the page as it would be opened now.
async function refreshProposals() {
  const response = await fetch(form.action, { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const list of document.querySelectorAll("[data-proposals]")) {
    const fresh = page.getElementById(list.id);
    if (fresh && !list.contains(document.activeElement)) list.replaceWith(fresh);
  }
  for (const name of ["[data-proposal-head]", "[data-steps]"]) {
    const [now, fresh] = [document.querySelector(name), page.querySelector(name)];
    if (now && fresh) now.replaceWith(fresh);
  }
  const pages = page.querySelector("[data-beside]");
  if (pages && !document.querySelector("[data-beside]")) {
    document.querySelector("[data-files-step]").after(pages);
    pages.querySelector("[data-viewer]").dispatchEvent(new CustomEvent("viewer:added", { bubbles: true }));
  }
  if (!autosave.isDirty) progress.innerHTML = page.querySelector("[data-progress]").innerHTML;
}

// --- leaving

// Another form of the page, or this one's own buttons: first store what was typed, then go.
async function onSubmit(event) {
  if (event.defaultPrevented || event.target.matches("[data-upload-drop]")) return;
  if (isLeaving || (event.target === form && !autosave.isDirty && autosave.phase !== "saving")) {
    isLeaving = true;
    return;
  }
  if (!autosave.isDirty && autosave.phase !== "saving") return;
  const { target, submitter } = event;
  event.preventDefault();
  if (target.elements.csrfmiddlewaretoken) target.elements.csrfmiddlewaretoken.value = csrfToken();
  if (submitter?.matches("[data-overwrite]")) {
    form.elements.based_on.value = conflict.dataset.stamp || form.elements.based_on.value;
    conflict.replaceChildren();
    await autosave.overwrite();
    return;
  }
  await autosave.flush();
  // A refused entry or a conflict is explained by the page itself, when it is this form that is sent.
  if (target !== form && autosave.isDirty) return;
  isLeaving = true;
  target.requestSubmit(submitter);
}

function start() {
  form.addEventListener("input", () => autosave.changed());
  form.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("files:ready", refreshProposals);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") autosave.flush();
  });
  window.addEventListener("beforeunload", (event) => {
    if (isLeaving || !autosave.isDirty) return;
    if (autosave.mustWarn) event.preventDefault();
    autosave.flush();
  });
}

if (form) start();
