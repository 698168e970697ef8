// What a row of the upload list shows for a transfer, without touching the page.

import { percentOf } from "./progress.js";
import { formatSize } from "./texts.js";

// Tone and icon of the badge.
const BADGES = {
  queued: ["", "s-draft"],
  sending: ["info", "put"],
  paused: ["warn", "pause"],
  awaitingFile: ["warn", "pause"],
  finishing: ["info", "s-time"],
  processing: ["info", "s-time"],
  failed: ["bad", "alert"],
};
const PREVIEW_BADGES = { ready: ["ok", "ok"], outline: ["ok", "ok"], none: ["", "no"], failed: ["warn", "alert"] };
const NO_BADGE = ["", "ok"];

const STATE_CLASSES = {
  sending: "is-working",
  finishing: "is-working",
  processing: "is-working",
  paused: "is-paused",
  awaitingFile: "is-paused",
  failed: "is-bad",
};
const CANCELLABLE = new Set(["queued", "sending", "paused", "awaitingFile"]);

// text: see textsOf. queuePosition: how many queued transfers stand before this one.
export function rowView(transfer, text, queuePosition) {
  const { phase } = transfer;
  const percent = percentOf(transfer.sentBytes, transfer.size);
  const showsSent = phase === "sending" || phase === "paused";
  return {
    sentence: sentenceFor(transfer, text, queuePosition, percent),
    badge: badgeFor(transfer),
    stateClass: STATE_CLASSES[phase] || "",
    amount: formatSize(transfer.size, showsSent ? transfer.sentBytes : null),
    progress: progressOf(transfer, percent),
    buttons: buttonsFor(transfer),
  };
}

function badgeFor({ phase, status }) {
  if (phase === "done") return PREVIEW_BADGES[status.blob.preview?.state] || NO_BADGE;
  return BADGES[phase] || NO_BADGE;
}

// The value of the bar, of 100: bytes while sending, pages while the preview is rendered, null for no bar.
function progressOf({ phase, status }, percent) {
  const preview = status?.blob?.preview;
  if (phase === "processing" && preview?.page_count) {
    return Math.round((preview.pages_done / preview.page_count) * 100);
  }
  return phase === "sending" || phase === "paused" || phase === "queued" ? percent : null;
}

function buttonsFor(transfer) {
  const { phase, error } = transfer;
  const hasFile = Boolean(transfer.file);
  const blob = transfer.status?.blob;
  const previewFailed = phase === "done" && blob?.preview?.state === "failed";
  const canSendAgain = hasFile && !blob && error?.kind !== "unreadable";
  return {
    pause: phase === "sending" || phase === "queued",
    resume: phase === "paused" && hasFile,
    pick: phase === "awaitingFile",
    retry: previewFailed || (phase === "failed" && (transfer.delivery === "refused" || canSendAgain)),
    cancel: CANCELLABLE.has(phase),
    remove: phase === "failed" || phase === "done",
  };
}

function sentenceFor(transfer, text, queuePosition, percent) {
  const { phase, status } = transfer;
  switch (phase) {
    case "queued":
      return queuePosition ? text("queuedBehind", { n: queuePosition }) : text("queued");
    case "sending":
      return text("sending");
    case "awaitingFile":
      return text("awaitingFile");
    case "paused":
      return pausedSentence(transfer, text, percent);
    case "finishing":
      return text("checking");
    case "processing":
      return processingSentence(status?.blob, text);
    case "done":
      return doneSentence(status.blob, text);
    case "failed":
      return failedSentence(transfer, text);
    default:
      return "";
  }
}

function pausedSentence({ error }, text, percent) {
  if (!error) return text("paused", { percent });
  return error.kind === "refused" && error.sentence ? error.sentence : text("offline", { percent });
}

function processingSentence(blob, text) {
  const preview = blob?.preview;
  if (!preview || blob.state === "received") return blob?.reason_text || text("checking");
  if (preview.state === "rendering" && preview.page_count) {
    const page = Math.min(preview.pages_done + 1, preview.page_count);
    return text("rendering", { page, pages: preview.page_count });
  }
  return preview.text;
}

function doneSentence(blob, text) {
  const { preview } = blob;
  if (preview?.state === "ready") return text("ready", { pages: preview.page_count });
  if (!preview) return blob.text;
  return preview.reason_text ? text("pair", { a: preview.text, b: preview.reason_text }) : preview.text;
}

function failedSentence({ error, status, delivery }, text) {
  if (delivery === "refused") {
    // The browser's "Failed to fetch" and a bare status code are no sentences for users.
    const isTechnical = error instanceof TypeError || !/\D/.test(error?.message || "");
    return isTechnical ? text("notAdded") : error.message;
  }
  if (status?.blob) return text("unopenable", { reason: status.blob.reason_text });
  if (error?.kind === "unreadable") return text("unreadable");
  return error?.sentence || text("failed");
}
