// The form of a synonym group: its words as chips in one box, closed with Enter or “；”, and chips of proposed words.
// Without script the field takes one word a line, and the proposals are a list to read.

import { endsWord, WordList } from "./word-list.js";

function made(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

class WordChips {
  constructor(help) {
    this.help = help;
    this.field = document.querySelector(`textarea[name="${help.dataset.wordsOf}"]`);
    this.list = new WordList(this.field.value);
    this.chips = made("span", { className: "wordchips" });
    this.input = made("input", { type: "text", className: "wordbox__input", maxLength: 100 });
    this.input.id = `${this.field.id}-new`;
    this.input.setAttribute("aria-label", help.dataset.textAdd);
    // The help and the errors of the field.
    this.input.setAttribute("aria-describedby", this.field.getAttribute("aria-describedby") || "");
    this.input.placeholder = help.dataset.textAdd;
    this.box = made("div", { className: "wordbox" }, this.chips, this.input);
  }

  start() {
    this.field.hidden = true;
    for (const label of this.field.labels) label.htmlFor = this.input.id;
    this.field.after(this.box);
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("input", () => {
      if (endsWord(this.input.value)) this.take();
    });
    this.input.addEventListener("change", () => this.take());
    this.chips.addEventListener("click", (event) => {
      const chip = event.target.closest("button");
      if (chip) this.remove(chip.dataset.word);
    });
    for (const item of this.help.querySelectorAll("[data-proposed]")) this.offer(item);
    this.draw();
  }

  // A proposed word becomes a button: pressed adds the word, pressed again takes it out.
  offer(item) {
    const word = item.textContent;
    const button = made("button", { type: "button", className: "wordchip wordchip--proposed" }, word);
    button.addEventListener("click", () => {
      if (this.list.words.includes(word)) this.list.remove(word);
      else this.list.add(word);
      this.store();
    });
    item.replaceChildren(button);
  }

  onKey(event) {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault(); // would send the form
      this.take();
    } else if (event.key === "Backspace" && !this.input.value && this.list.words.length) {
      this.remove(this.list.words.at(-1));
    }
  }

  take() {
    const isNew = this.list.add(this.input.value);
    this.input.value = "";
    if (isNew) this.store();
  }

  remove(word) {
    this.list.remove(word);
    this.store();
    this.input.focus();
  }

  store() {
    this.field.value = this.list.toString();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.draw();
  }

  draw() {
    const chips = this.list.words.map((word) => {
      const chip = made("button", { type: "button", className: "wordchip" }, word, made("span", {}, "×"));
      chip.dataset.word = word;
      chip.setAttribute("aria-label", this.help.dataset.textRemove.replace("{word}", word));
      return chip;
    });
    this.chips.replaceChildren(...chips);
    for (const button of this.help.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(this.list.words.includes(button.textContent)));
    }
  }
}

for (const help of document.querySelectorAll("[data-words-of]")) new WordChips(help).start();
