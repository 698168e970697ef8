// The review form: opens a note where an aspect is in doubt, counts the verdicts, and points a note at the shown page.
// The server checks the same. Without this script every note is open and the buttons always work.

import { focusErrors } from "./errors.js";

const ASPECTS = 7;

class ReviewForm {
  constructor(form, viewer) {
    this.form = form;
    this.viewer = viewer;
    this.aspects = [...form.querySelectorAll(".aspect:not([data-unseen])")];
    this.approve = form.querySelector("[data-approve]");
    this.counter = form.querySelector("[data-set]");
    this.status = form.querySelector("[data-status]");
    this.rest = form.querySelector("[data-rest]");
    form.classList.add("has-script");
    form.addEventListener("change", () => this.update());
    form.addEventListener("click", (event) => this.onClick(event));
    form.addEventListener("submit", (event) => this.onSubmit(event));
    this.showPageButtons();
    this.update();
  }

  showPageButtons() {
    const hasPages = Boolean(this.viewer?.querySelector("[data-strip]") && this.form.dataset.file);
    for (const button of this.form.querySelectorAll("[data-here]")) button.hidden = !hasPages;
  }

  update() {
    const verdicts = this.aspects.map(verdictOf);
    this.aspects.forEach((aspect, index) => {
      openNote(aspect, verdicts[index]);
    });
    const unset = verdicts.filter((verdict) => !verdict).length;
    const fails = verdicts.includes("fails");
    const unopened = this.form.querySelectorAll("[data-unseen] input:not(:checked)").length;
    this.rest.hidden = !unset;
    this.status.textContent = this.statusText({ verdicts, unset, fails, unopened });
    this.counter.textContent = this.counter.textContent.replace(/\d+/, String(ASPECTS - unset));
    this.approve.setAttribute("aria-disabled", unset || fails || unopened ? "true" : "false");
  }

  statusText({ verdicts, unset, fails, unopened }) {
    const texts = this.form.dataset;
    const doubts = verdicts.filter((verdict) => verdict && verdict !== "meets").length;
    const sentences = [];
    if (unset === 1) sentences.push(texts.leftOne);
    if (unset > 1) sentences.push(texts.leftMany.replace("{n}", String(unset)));
    if (unopened) sentences.push(texts.unopened.replace("{n}", String(unopened)));
    if (doubts) sentences.push(texts.doubts.replace("{n}", String(doubts)));
    if (fails) sentences.push(texts.fails);
    return sentences.length ? sentences.join("") : texts.ready;
  }

  // Without this script the server fills the rest in, with another page.
  fillRest() {
    for (const aspect of this.aspects) {
      if (!verdictOf(aspect)) aspect.querySelector('.seg input[value="meets"]').checked = true;
    }
    this.update();
    this.approve.focus();
  }

  // "This page" fills file and page of the note in from the viewer.
  onClick(event) {
    if (event.target.closest("[data-rest]")) {
      event.preventDefault();
      this.fillRest();
      return;
    }
    const button = event.target.closest("[data-here]");
    if (!button) return;
    const note = button.closest("[data-note]");
    const currentPage = this.viewer?.querySelector("[data-strip] [aria-current]");
    if (this.form.dataset.file) note.querySelector("select").value = `file:${this.form.dataset.file}`;
    if (currentPage) note.querySelector("[type=number]").value = currentPage.dataset.page;
  }

  // A disabled approval moves the focus to the aspect or file that stands in its way.
  onSubmit(event) {
    if (event.submitter !== this.approve || this.approve.getAttribute("aria-disabled") !== "true") return;
    event.preventDefault();
    const unset = this.aspects.find((aspect) => !verdictOf(aspect));
    const obstacle = unset || this.aspects.find((aspect) => verdictOf(aspect) === "fails");
    const inTheWay = obstacle?.querySelector(".seg input");
    (inTheWay || this.form.querySelector("[data-unseen] input:not(:checked)"))?.focus();
  }
}

function verdictOf(aspect) {
  return aspect.querySelector(".seg input:checked")?.value || "";
}

function openNote(aspect, verdict) {
  const note = aspect.querySelector("[data-note]");
  const isNeeded = verdict && verdict !== "meets";
  const isInUse = note.querySelector("textarea").value || note.querySelector(".error");
  note.classList.toggle("is-open", Boolean(isNeeded || isInUse));
}

const form = document.querySelector("[data-check]");
if (form) new ReviewForm(form, document.querySelector("[data-viewer]"));
focusErrors();
