// The files in what was dropped onto the page, including those inside folders; the folders' structure is lost.

function filesIn(entry) {
  return entry.isFile ? fileOf(entry) : filesInFolder(entry.createReader());
}

function fileOf(entry) {
  return new Promise((resolve) => {
    entry.file(
      (file) => resolve([file]),
      () => resolve([]),
    );
  });
}

async function filesInFolder(reader) {
  const entries = [];
  // A reader returns at most 100 entries a call; an empty list is the end.
  for (;;) {
    const batch = await readBatch(reader);
    if (!batch) return [];
    if (!batch.length) break;
    entries.push(...batch);
  }
  return (await Promise.all(entries.map(filesIn))).flat();
}

function readBatch(reader) {
  return new Promise((resolve) => reader.readEntries(resolve, () => resolve(null)));
}

// Hidden files and the lock files of office programs.
const IGNORED = /^(\.|~\$|Thumbs\.db$|desktop\.ini$)/i;

export async function droppedFiles(dataTransfer) {
  // The browser empties the list once this event handler returns, so the entries are read before any await.
  const entries = Array.from(dataTransfer.items || [], (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return Array.from(dataTransfer.files);
  const files = (await Promise.all(entries.map(filesIn))).flat();
  const hasFolder = entries.some((entry) => entry.isDirectory);
  return files.filter((file) => !hasFolder || !IGNORED.test(file.name));
}
