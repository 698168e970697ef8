// Copy buttons: <button data-copy="ID of a field or text" data-done="text after copying" hidden><span>…</span></button>.

const DONE_TEXT_MS = 3000;

// Pages served without HTTPS have no navigator.clipboard.
function copyWithoutClipboard(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "vh";
  document.body.appendChild(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyWithoutClipboard(text);
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  const label = button.querySelector("span");
  const originalText = label.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    if (!(await copy("value" in source ? source.value : source.textContent.trim()))) return;
    label.textContent = button.dataset.done;
    setTimeout(() => {
      label.textContent = originalText;
    }, DONE_TEXT_MS);
  });
}
