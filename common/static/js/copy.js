// Copy buttons: <button data-copy="ID of a field or text" data-done="what to say afterwards" hidden><span>…</span></button>.

function byHand(text) {   // pages served without https have no clipboard
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "vh";
  document.body.appendChild(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = false;
  const word = button.querySelector("span");
  const before = word.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    const text = "value" in source ? source.value : source.textContent.trim();
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch (error) {
      done = byHand(text);
    }
    if (!done) { return; }
    word.textContent = button.dataset.done;
    setTimeout(() => { word.textContent = before; }, 3000);
  });
});
