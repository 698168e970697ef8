// The phases of one upload and the transitions between them, as a table.
//
// next:    the phases that may follow. A transfer refuses every other change, so a late answer cannot revive one that has ended.
// working: bytes are being sent or put together; such a transfer takes one of the places for simultaneous uploads.
// sent:    nothing is left to send; in the totals the file counts with its whole size.
// over:    the transfer has ended, well or badly.
export const PHASES = {
  // A session from before a reload: the server has parts of it, the browser no longer has the file.
  awaitingFile: { next: ["queued", "processing", "cancelled", "removed"] },
  queued: { next: ["sending", "paused", "cancelled", "removed"] },
  sending: { working: true, next: ["finishing", "paused", "failed", "cancelled", "removed"] },
  // The server puts the parts together; it may ask for a part again.
  finishing: { working: true, next: ["sending", "processing", "paused", "failed", "cancelled", "removed"] },
  paused: { next: ["queued", "cancelled", "removed"] },
  // The server checks the file and renders its preview.
  processing: { sent: true, next: ["done", "failed", "cancelled", "removed"] },
  done: { sent: true, over: true, next: ["processing", "failed", "removed"] },
  failed: { sent: true, over: true, next: ["queued", "processing", "failed", "removed"] },
  cancelled: { sent: true, over: true, next: [] },
  // The row is gone from the list; nothing polls for it any more.
  removed: { next: [] },
};

export function mayFollow(phase, next) {
  return PHASES[phase].next.includes(next);
}
