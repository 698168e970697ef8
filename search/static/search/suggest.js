// Suggestions under a search box: <form data-suggest="/search/suggest" data-suggest-label="…">. Without script it is a plain form.
// The pattern is the combobox with a list box: focus stays in the input, aria-activedescendant names the choice.

const PAUSE = 120;   // milliseconds of quiet before asking

function attach(form, number) {
  const input = form.querySelector("input[name=q]");
  if (!input || !form.dataset.suggest) { return; }
  const list = document.createElement("ul");
  list.className = "suggest";
  list.id = `suggest-${number}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.suggestLabel || "");
  form.appendChild(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let items = [];
  let chosen = -1;
  let typed = input.value;
  let timer = 0;
  let asking = null;

  function close() {
    clearTimeout(timer);
    if (asking) { asking.abort(); asking = null; }   // a late answer must not open it again
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    chosen = index;
    Array.prototype.forEach.call(list.children, (option, at) => {
      option.setAttribute("aria-selected", at === index ? "true" : "false");
    });
    if (index < 0) { input.removeAttribute("aria-activedescendant"); input.value = typed; return; }
    const option = list.children[index];
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
    input.value = items[index].text;
  }

  function go(item) {
    const target = new URL(item.url, new URL(form.action, location.href));
    close();
    location.assign(target.href);
  }

  function show(found) {
    items = found;
    list.textContent = "";
    items.forEach((item, at) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${at}`;
      option.className = `suggest__item suggest__item--${item.kind}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = item.text;
      // mousedown, not click: the input would lose focus first and close the list.
      option.addEventListener("mousedown", (event) => { event.preventDefault(); });
      option.addEventListener("click", () => go(item));
      list.appendChild(option);
    });
    chosen = -1;
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", items.length ? "true" : "false");
    input.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    if (asking) { asking.abort(); }
    typed = input.value;
    const text = typed.trim();
    if (!text) { show([]); return; }
    asking = new AbortController();
    const mine = asking;
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { credentials: "same-origin", signal: mine.signal });
      if (!answer.ok) { return; }
      const found = (await answer.json()).items;
      if (mine === asking && document.activeElement === input) { show(found); }
    } catch (error) { /* offline or typed on: the form still works */ }
  }

  input.addEventListener("input", (event) => {
    if (event.isComposing) { return; }   // pinyin being typed is not yet a word
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) { return; }
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); choose(-1); close(); return; }
    if (list.hidden) {
      if (event.key === "ArrowDown" && input.value.trim()) { event.preventDefault(); ask(); }
      return;
    }
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1 < items.length ? chosen + 1 : -1); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen < 0 ? items.length - 1 : chosen - 1); }
    if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); go(items[chosen]); }
    if (event.key === "Tab") { close(); }
  });
  input.addEventListener("blur", close);
}

document.querySelectorAll("form[data-suggest]").forEach(attach);
