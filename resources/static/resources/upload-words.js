// Words and figures of the upload list. The words are the template's: data-say-… with {n}, {name} … to fill in.

export function words(element) {
  return (name, values = {}) => {
    const text = element.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`] || "";
    return text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? String(values[key]) : all));
  };
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

function unitFor(bytes) {
  let unit = 0;
  while (unit < UNITS.length - 1 && bytes >= 1024 ** (unit + 1)) { unit += 1; }
  return unit;
}

function inUnit(bytes, unit) {
  const value = bytes / 1024 ** unit;
  return value.toFixed(unit < 2 || value >= 100 ? 0 : 1);
}

// 42.6 MB, or how much of it: 12.1 / 42.6 MB.
export function amount(size, sent = null) {
  const unit = unitFor(size);
  const whole = `${inUnit(size, unit)} ${UNITS[unit]}`;
  return sent === null ? whole : `${inUnit(sent, unit)} / ${whole}`;
}

export function duration(seconds, say) {
  if (seconds < 60) { return say("seconds", { n: Math.max(1, Math.ceil(seconds / 5) * 5) }); }
  if (seconds < 5400) { return say("minutes", { n: Math.round(seconds / 60) }); }
  return say("hours", { n: Math.round(seconds / 3600) });
}
