import assert from "node:assert/strict";
import { test } from "node:test";

import { UploadError } from "../../resources/static/resources/upload/api.js";
import { delayBefore, retry, sleep } from "../../resources/static/resources/upload/retry.js";

const never = new AbortController().signal;

function failing(errors) {
  const action = async () => {
    action.calls += 1;
    const error = errors.shift();
    if (error) throw error;
    return "answer";
  };
  action.calls = 0;
  return action;
}

function recordedWaits() {
  const waits = [];
  const wait = async (milliseconds) => {
    waits.push(milliseconds);
  };
  return { wait, waits };
}

const network = () => new UploadError("network");
const refused = (status, code = "") => new UploadError("refused", { status, code });

test("an action that succeeds is called once", async () => {
  const action = failing([]);
  assert.equal(await retry(action, never), "answer");
  assert.equal(action.calls, 1);
});

test("a lost connection, a busy or broken server and the store are retried", async () => {
  const { wait, waits } = recordedWaits();
  const action = failing([network(), refused(503), refused(429), new UploadError("store", { status: 403 })]);
  assert.equal(await retry(action, never, wait), "answer");
  assert.equal(action.calls, 5);
  assert.equal(waits.length, 4);
});

test("the pauses grow from one second and spread by a quarter", async () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((attempt) => delayBefore(attempt, () => 0.5)),
    [1000, 2000, 4000, 8000, 16000],
  );
  assert.equal(
    delayBefore(3, () => 0),
    3000,
  );
  assert.equal(
    delayBefore(3, () => 1),
    5000,
  );
});

test("after six attempts the last error is thrown", async () => {
  const { wait } = recordedWaits();
  const action = failing(Array.from({ length: 9 }, network));
  await assert.rejects(retry(action, never, wait), { kind: "network" });
  assert.equal(action.calls, 6);
});

test("waiting for a place among other uploads does not count as an attempt", async () => {
  const { wait } = recordedWaits();
  const action = failing(Array.from({ length: 20 }, () => refused(503, "busy")));
  assert.equal(await retry(action, never, wait), "answer");
  assert.equal(action.calls, 21);
});

test("a refusal of the site and a file that can't be read are thrown at once", async () => {
  for (const error of [refused(400, "empty"), refused(403), new DOMException("gone", "NotReadableError")]) {
    const action = failing([error]);
    await assert.rejects(retry(action, never), (thrown) => thrown === error);
    assert.equal(action.calls, 1);
  }
});

test("an abort ends the retries: before the action, and after its error", async () => {
  const aborted = new AbortController();
  aborted.abort();
  const action = failing([]);
  await assert.rejects(retry(action, aborted.signal), { kind: "cancelled" });
  assert.equal(action.calls, 0);

  const controller = new AbortController();
  const other = async () => {
    controller.abort();
    throw network();
  };
  await assert.rejects(retry(other, controller.signal), { kind: "network" });
});

test("an abort ends a pause", async () => {
  const controller = new AbortController();
  const pause = sleep(60_000, controller.signal);
  controller.abort();
  await pause;
});

test("offline, the upload pauses instead of retrying", async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { onLine: false } });
  try {
    const action = failing([refused(503)]);
    await assert.rejects(retry(action, never), { kind: "network" });
    assert.equal(action.calls, 1);
  } finally {
    if (before) Object.defineProperty(globalThis, "navigator", before);
    else delete globalThis.navigator;
  }
});
