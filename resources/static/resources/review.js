// The review desk: opens a note where an aspect is in doubt, counts what is set, points a note at the page that is shown.
// The server checks the same; without this file every note is open and the buttons always work.

const form = document.querySelector("[data-check]");

if (form) {
  form.classList.add("has-script");
  const aspects = [...form.querySelectorAll(".aspect")];
  const say = form.querySelector("[data-say]");
  const approve = form.querySelector("[data-approve]");
  const counter = form.querySelector("[data-set]");
  const viewer = document.querySelector("[data-viewer]");

  const verdict = (aspect) => {
    const chosen = aspect.querySelector(".seg input:checked");
    return chosen ? chosen.value : "";
  };

  function update() {
    const verdicts = aspects.map(verdict);
    const left = verdicts.filter((value) => !value).length;
    const doubts = verdicts.filter((value) => value && value !== "meets").length;
    const fails = verdicts.includes("fails");
    aspects.forEach((aspect, index) => {
      const note = aspect.querySelector("[data-note]");
      const open = verdicts[index] && verdicts[index] !== "meets" || note.querySelector("textarea").value || note.querySelector(".error");
      note.classList.toggle("is-open", Boolean(open));
    });
    const words = [];
    if (left === 1) { words.push(form.dataset.leftOne); }
    if (left > 1) { words.push(form.dataset.leftMany.replace("{n}", String(left))); }
    if (doubts) { words.push(form.dataset.doubts.replace("{n}", String(doubts))); }
    if (fails) { words.push(form.dataset.fails); }
    if (!words.length) { words.push(form.dataset.ready); }
    say.textContent = words.join("");
    counter.textContent = counter.textContent.replace(/\d+/, String(7 - left));
    approve.setAttribute("aria-disabled", left || fails ? "true" : "false");
  }

  form.addEventListener("change", update);
  form.addEventListener("click", (event) => {
    const here = event.target.closest("[data-here]");
    if (!here) { return; }
    const note = here.closest("[data-note]");
    const place = note.querySelector("select");
    const current = viewer && viewer.querySelector("[data-strip] [aria-current]");
    const uid = form.dataset.file;
    if (uid) { place.value = "file:" + uid; }
    if (current) { note.querySelector("[type=number]").value = current.dataset.page; }
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter === approve && approve.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      const first = aspects.find((aspect) => !verdict(aspect)) || aspects.find((aspect) => verdict(aspect) === "fails");
      if (first) { first.querySelector(".seg input").focus(); }
    }
  });
  form.querySelectorAll("[data-here]").forEach((button) => { button.hidden = !viewer || !viewer.querySelector("[data-strip]") || !form.dataset.file; });
  update();
}
const errors = document.getElementById("errors");
if (errors) { errors.setAttribute("tabindex", "-1"); errors.focus(); }
