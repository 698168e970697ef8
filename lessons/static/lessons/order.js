// Order by dragging and by arrow keys: <ol data-order="ID of a form"> with <li data-id> and a handle data-grip in each.
// Without this script the buttons up and down submit the form.

export function moved(ids, from, to) {
  const rest = ids.filter((_, place) => place !== from);
  const target = Math.min(Math.max(to, 0), ids.length - 1);
  return [...rest.slice(0, target), ids[from], ...rest.slice(target)];
}

function itemsOf(list) {
  return Array.from(list.children).filter((item) => item.dataset.id);
}

// The buttons at both ends, and the numbers of the places: all lists of the page count on.
function refresh(list) {
  const items = itemsOf(list);
  for (const [place, item] of items.entries()) {
    for (const button of item.querySelectorAll("[data-step]")) {
      button.disabled = button.dataset.step === "-1" ? place === 0 : place === items.length - 1;
    }
  }
  for (const [place, number] of Array.from(document.querySelectorAll("[data-order] .leaf__no b")).entries()) {
    number.textContent = String(place + 1);
  }
}

async function save(list) {
  const form = document.getElementById(list.dataset.order);
  const body = new FormData(form);
  body.set("do", list.dataset.orderDo || "order");
  body.set(
    "entries",
    itemsOf(list)
      .map((item) => item.dataset.id)
      .join(","),
  );
  const response = await fetch(form.action, {
    method: "POST",
    body,
    credentials: "same-origin",
    headers: { "X-Requested-With": "fetch" },
  });
  if (!response.ok) throw new Error(String(response.status));
  const answer = await response.json();
  if (form.elements.version && answer.version) form.elements.version.value = answer.version;
}

function say(text) {
  const place = document.querySelector("[data-order-says]");
  if (place) place.textContent = text;
}

async function place(list, item, before) {
  list.insertBefore(item, before);
  refresh(list);
  try {
    await save(list);
    say(list.dataset.moved.replace("{place}", String(itemsOf(list).indexOf(item) + 1)));
  } catch {
    say(list.dataset.failed);
  }
}

function step(list, item, by) {
  const items = itemsOf(list);
  const order = moved(items, items.indexOf(item), items.indexOf(item) + by);
  return place(list, item, order[order.indexOf(item) + 1] || null);
}

let dragged = null; // of any list: a page may be dragged into another part

function watch(list) {
  for (const grip of list.querySelectorAll("[data-grip]")) grip.hidden = false;
  list.addEventListener("dragstart", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip) return;
    dragged = grip.closest("li");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.id);
    event.dataTransfer.setDragImage(dragged, 0, 0);
    dragged.classList.add("is-dragged");
  });
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest("li[data-id]");
    if (!over) {
      if (!itemsOf(list).length) list.append(dragged);
      return;
    }
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? over : over.nextElementSibling);
  });
  list.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    const item = dragged;
    dragged = null;
    const target = item.parentElement;
    place(target, item, item.nextElementSibling);
    if (target !== list) refresh(list);
  });
  list.addEventListener("keydown", (event) => {
    const grip = event.target.closest("[data-grip]");
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!grip || !by) return;
    event.preventDefault();
    step(list, grip.closest("li"), by).then(() => grip.focus());
    grip.focus();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-step]");
    if (!button) return;
    event.preventDefault();
    step(list, button.closest("li"), Number(button.dataset.step));
    button.focus();
  });
}

if (typeof document !== "undefined") {
  for (const list of document.querySelectorAll("[data-order]")) watch(list);
}
