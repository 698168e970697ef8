// Suggestions under a search box: <form data-suggest="/search/suggest" data-suggest-label="…">. Without JavaScript it is
// a plain form. Follows the ARIA combobox pattern: the focus stays in the input, aria-activedescendant names the choice.

const TYPING_PAUSE_MS = 120;

class SuggestBox {
  constructor(form, id) {
    this.form = form;
    this.input = form.querySelector("input[name=q]");
    this.list = this.createList(id);
    this.items = [];
    this.chosen = -1;
    this.typedText = this.input.value;
    this.timer = 0;
    this.pendingRequest = null;
    this.listen();
  }

  createList(id) {
    const list = document.createElement("ul");
    list.className = "suggest";
    list.id = id;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", this.form.dataset.suggestLabel || "");
    this.form.appendChild(list);
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", id);
    this.input.setAttribute("aria-expanded", "false");
    return list;
  }

  listen() {
    const { input } = this;
    input.addEventListener("input", (event) => {
      // Pinyin that is being composed is not yet a word.
      if (!event.isComposing) this.fetchSoon();
    });
    input.addEventListener("compositionend", () => this.fetchSoon());
    input.addEventListener("keydown", (event) => {
      if (!event.isComposing && event.keyCode !== 229) this.onKey(event);
    });
    input.addEventListener("blur", () => this.close());
  }

  onKey(event) {
    if (this.list.hidden) {
      if (event.key === "ArrowDown" && this.input.value.trim()) {
        event.preventDefault();
        this.fetchItems();
      }
      return;
    }
    const count = this.items.length;
    const actions = {
      Escape: () => {
        this.choose(-1);
        this.close();
      },
      ArrowDown: () => this.choose(this.chosen + 1 < count ? this.chosen + 1 : -1),
      ArrowUp: () => this.choose(this.chosen < 0 ? count - 1 : this.chosen - 1),
    };
    if (event.key in actions) {
      event.preventDefault();
      actions[event.key]();
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      this.open(this.items[this.chosen]);
    } else if (event.key === "Tab") {
      this.close();
    }
  }

  fetchSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetchItems(), TYPING_PAUSE_MS);
  }

  async fetchItems() {
    this.pendingRequest?.abort();
    this.typedText = this.input.value;
    const text = this.typedText.trim();
    if (!text) {
      this.show([]);
      return;
    }
    const request = new AbortController();
    this.pendingRequest = request;
    try {
      const response = await fetch(`${this.form.dataset.suggest}?q=${encodeURIComponent(text)}`, {
        credentials: "same-origin",
        signal: request.signal,
      });
      if (!response.ok) return;
      const { items } = await response.json();
      if (request === this.pendingRequest && document.activeElement === this.input) this.show(items);
    } catch {
      // Offline, or the user typed on: the form still works.
    }
  }

  show(items) {
    this.items = items;
    this.chosen = -1;
    this.list.textContent = "";
    for (const [index, item] of items.entries()) this.list.appendChild(this.createOption(item, index));
    this.list.hidden = items.length === 0;
    this.input.setAttribute("aria-expanded", items.length ? "true" : "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  createOption(item, index) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${index}`;
    option.className = `suggest__item suggest__item--${item.kind}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.textContent = item.text;
    // Without this the input loses the focus before the click, and the list closes.
    option.addEventListener("mousedown", (event) => event.preventDefault());
    option.addEventListener("click", () => this.open(item));
    return option;
  }

  choose(index) {
    this.chosen = index;
    for (const [at, option] of Array.from(this.list.children).entries()) {
      option.setAttribute("aria-selected", at === index ? "true" : "false");
    }
    if (index < 0) {
      this.input.removeAttribute("aria-activedescendant");
      this.input.value = this.typedText;
      return;
    }
    const option = this.list.children[index];
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
    this.input.value = this.items[index].text;
  }

  open(item) {
    const target = new URL(item.url, new URL(this.form.action, location.href));
    this.close();
    location.assign(target.href);
  }

  close() {
    clearTimeout(this.timer);
    // A late answer must not open the list again.
    this.pendingRequest?.abort();
    this.pendingRequest = null;
    this.list.hidden = true;
    this.chosen = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

document.querySelectorAll("form[data-suggest]").forEach((form, index) => {
  if (form.querySelector("input[name=q]") && form.dataset.suggest) new SuggestBox(form, `suggest-${index}`);
});
