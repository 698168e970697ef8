// The editor of a collection's entries: pictures and facts of the rows, the strip of pages, rows for section titles.
// Adding, moving and deleting are Wagtail's (MultipleChooserPanel), started here: its own template does so in the page.

async function fetched(template, pk, number) {
  const url = `${template.replace("/0/", `/${pk}/`)}?number=${encodeURIComponent(number || 1)}`;
  const response = await fetch(url, { credentials: "same-origin" });
  return response.ok && !response.redirected ? response.text() : "";
}

const field = (row, name) => row.querySelector(`[name$="-${name}"]`);

// Shows picture and facts of the row's resource; an answer to an earlier choice is dropped.
async function showInfo(list, row) {
  const pk = field(row, "resource").value;
  const number = field(row, "number").value;
  const html = pk ? await fetched(list.dataset.entryUrl, pk, number) : "";
  if (field(row, "resource").value !== pk || field(row, "number").value !== number) return;
  if (html) row.querySelector("[data-entry-info]").innerHTML = html;
}

async function toggleStrip(list, row) {
  const strip = row.querySelector("[data-entry-strip]");
  if (strip.hidden) {
    strip.innerHTML = await fetched(list.dataset.stripUrl, field(row, "resource").value, field(row, "number").value);
  }
  strip.hidden = !strip.hidden;
  row.querySelector("[data-entry-pick]")?.setAttribute("aria-expanded", String(!strip.hidden));
}

function pick(row, button) {
  const input = field(row, "number");
  input.value = button.dataset.page;
  for (const other of row.querySelectorAll("[data-page]")) other.removeAttribute("aria-current");
  button.setAttribute("aria-current", "true");
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// Wagtail moves the row, which loses the focus of its arrow.
function afterMove(list, row, button) {
  button.disabled ? row.querySelector("[data-inline-panel-child-drag]").focus() : button.focus();
  const rows = [...list.children].filter((each) => !each.classList.contains("deleted"));
  const said = list.dataset.said.replace("{row}", rows.indexOf(row) + 1).replace("{rows}", rows.length);
  list.parentElement.querySelector("[data-entries-said]").textContent = said;
}

// A section title without a resource below it is not shown to readers.
function hintEmptySections(list) {
  const rows = [...list.children].filter((each) => !each.classList.contains("deleted"));
  for (const [place, row] of rows.entries()) {
    row.querySelector("[data-entry-hint]").hidden =
      row.dataset.kind !== "title" || rows[place + 1]?.dataset.kind === "resource";
  }
}

function start(list) {
  new window.MultipleChooserPanel(JSON.parse(list.dataset.options));
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const row = event.target.closest("[data-inline-panel-child]");
    if (!button || !row) return;
    if (button.matches("[data-entry-pick]")) toggleStrip(list, row);
    else if (button.matches("[data-page]")) pick(row, button);
    else if (button.matches("[data-inline-panel-child-move-up], [data-inline-panel-child-move-down]"))
      setTimeout(() => afterMove(list, row, button), 250);
  });
  list.addEventListener("change", (event) => {
    const row = event.target.closest("[data-inline-panel-child]");
    if (row && /-(resource|number)$/.test(event.target.name)) showInfo(list, row);
  });
  // Wagtail's own listener on this button has added the row when this one runs.
  list.parentElement.querySelector("[data-entries-title]").addEventListener("click", () => {
    const row = list.lastElementChild;
    row.dataset.kind = "title";
    field(row, "heading").focus();
  });
  hintEmptySections(list);
  // Wagtail adds, moves and deletes rows itself, and animates what it deletes.
  const observer = new MutationObserver(() => hintEmptySections(list));
  observer.observe(list, { childList: true, subtree: true, attributeFilter: ["class", "data-kind"] });
}

for (const list of document.querySelectorAll("[data-entries]")) start(list);
