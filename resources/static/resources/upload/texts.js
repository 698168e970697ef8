// Texts and numbers of the upload list. The template holds the texts as data-text-… with placeholders such as {n}.

// textsOf(element)("queuedBehind", { n: 2 }) fills data-text-queued-behind in.
export function textsOf(element) {
  return (name, values = {}) => {
    const text = element.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] || "";
    return text.replace(/\{(\w+)\}/g, (placeholder, key) => (key in values ? String(values[key]) : placeholder));
  };
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

function unitFor(bytes) {
  let unit = 0;
  while (unit < UNITS.length - 1 && bytes >= 1024 ** (unit + 1)) unit += 1;
  return unit;
}

function inUnit(bytes, unit) {
  const value = bytes / 1024 ** unit;
  return value.toFixed(unit < 2 || value >= 100 ? 0 : 1);
}

// "42.6 MB", or with the bytes sent "12.1 / 42.6 MB".
export function formatSize(size, sent = null) {
  const unit = unitFor(size);
  const total = `${inUnit(size, unit)} ${UNITS[unit]}`;
  return sent === null ? total : `${inUnit(sent, unit)} / ${total}`;
}

export function formatDuration(seconds, text) {
  if (seconds < 60) return text("seconds", { n: Math.max(1, Math.ceil(seconds / 5) * 5) });
  if (seconds < 5400) return text("minutes", { n: Math.round(seconds / 60) });
  return text("hours", { n: Math.round(seconds / 3600) });
}
