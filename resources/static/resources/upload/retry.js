// Repeats a request that failed for a reason that may pass, with growing pauses.

import { UploadError } from "./api.js";

const MAX_ATTEMPTS = 6;
const FIRST_DELAY_MS = 1000;

// Resolves after the time, or at once when the signal aborts.
export function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}

// Doubles with each attempt; the random part keeps many browsers from retrying at the same moment.
export function delayBefore(attempt, random = Math.random) {
  return FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.75 + random() / 2);
}

// Throws UploadError("cancelled") when the signal aborts, and the last error when retrying does not help.
export async function retry(action, signal, wait = sleep) {
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw new UploadError("cancelled");
    try {
      return await action();
    } catch (error) {
      const isBusy = error.code === "busy";
      const canRetry = error instanceof UploadError && error.mayPass;
      if (!canRetry || (attempt >= MAX_ATTEMPTS && !isBusy) || signal.aborted) throw error;
      if (globalThis.navigator?.onLine === false) throw new UploadError("network");
      // The server is busy with other uploads: waiting for a place does not count as an attempt.
      if (isBusy) attempt -= 1;
      await wait(delayBefore(attempt), signal);
    }
  }
}
