// The upload page beside its list of files: one resource or one for each file, and the bar that leads on to the record.

import { ensureDraft, post } from "./draft.js";
import { textsOf } from "./upload/texts.js";

const MOST_NAMED = 3;
const page = document.querySelector("[data-new-draft]");
const question = document.querySelector("[data-ask]");
const bar = document.querySelector("[data-upload-bar]");
const text = textsOf(bar);

let totals = { files: 0, finished: 0, failed: 0, waiting: 0, names: [] };
let isLeaving = false; // the user wants to go on as soon as everything has arrived
let isAnswering = false; // the user looks at the question: the page must not go away under their fingers

function wantsEach() {
  return totals.files > 1 && question.querySelector("[value=each]").checked;
}

function stemOf(name) {
  return name.replace(/\.[^.]+$/, "");
}

function fill(list, names, rest) {
  const lines = names.slice(0, MOST_NAMED);
  const more = names.length - lines.length;
  list.replaceChildren(
    ...[...lines, ...(more ? [text(rest, { n: more })] : [])].map((line) => {
      const item = document.createElement("span");
      item.textContent = line;
      return item;
    }),
  );
}

function sentence() {
  if (isLeaving && totals.waiting) return text("soon");
  if (totals.waiting && wantsEach()) return text("waitsForAll");
  if (totals.waiting) return text(isAnswering ? "opensBeside" : "goesOn");
  return totals.failed ? text("failed", { n: totals.failed }) : text("allThere");
}

function draw() {
  question.hidden = totals.files < 2;
  bar.hidden = totals.files === 0;
  document.querySelector("[data-record-first]").hidden = totals.files > 0;
  fill(question.querySelector("[data-ask-one]"), totals.names, "restFiles");
  fill(question.querySelector("[data-ask-each]"), totals.names.map(stemOf), "restResources");
  document.querySelector("[data-step-files]").textContent = totals.files
    ? text("stepFiles", { n: totals.files, done: totals.finished })
    : "";
  const say = bar.querySelector("[data-bar-say]");
  const now = sentence();
  if (say.textContent !== now) say.textContent = now;
}

async function goOn() {
  // While files are sent this page must stay: the record opens beside it.
  const tab = totals.waiting && !wantsEach() ? window.open("", "_blank") : null;
  if (totals.waiting && !tab) {
    isLeaving = true;
    draw();
    return;
  }
  try {
    const draft = await ensureDraft();
    const { url } = wantsEach() ? await post(`${draft.files}split/`, {}) : draft;
    if (tab) tab.location.href = url;
    else window.location.href = url;
  } catch (error) {
    tab?.close();
    isLeaving = false;
    bar.querySelector("[data-bar-say]").textContent = /\D/.test(error.message) ? error.message : text("notNow");
  }
}

page.addEventListener("upload:totals", ({ detail }) => {
  totals = detail;
  draw();
  const isAllThere = totals.files > 0 && !totals.waiting && totals.finished === totals.files;
  // The draft page asks the question again, so who has not answered it goes on by itself.
  if (isAllThere && (isLeaving || !isAnswering)) goOn();
});
question.addEventListener("focusin", () => {
  isAnswering = true;
  draw();
});
question.addEventListener("change", draw);
bar.querySelector("[data-go]").addEventListener("click", goOn);
