// Files out of what was dropped, folders included (their files, not their structure).

function inside(entry) {
  return new Promise((resolve) => {
    if (entry.isFile) { entry.file((file) => resolve([file]), () => resolve([])); return; }
    const reader = entry.createReader();
    const found = [];
    // A reader gives at most 100 entries a call; an empty answer is the end.
    const more = () => reader.readEntries((entries) => {
      if (!entries.length) { Promise.all(found.map(inside)).then((lists) => resolve(lists.flat())); return; }
      found.push(...entries);
      more();
    }, () => resolve([]));
    more();
  });
}

// Hidden files and what office programs leave beside an open document.
const LEFTOVER = /^(\.|~\$|Thumbs\.db$|desktop\.ini$)/i;

export async function filesOf(transfer) {
  // Entries must be taken before anything is awaited: afterwards the browser has emptied the list.
  const entries = Array.from(transfer.items || [], (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) { return Array.from(transfer.files); }
  const lists = await Promise.all(entries.map(inside));
  const folders = entries.some((entry) => entry.isDirectory);
  return lists.flat().filter((file) => !folders || !LEFTOVER.test(file.name));
}
