import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import "./setup.mjs";

import { UploadError } from "../../resources/static/resources/upload/api.js";
import { mayFollow, PHASES } from "../../resources/static/resources/upload/phases.js";
import { Transfer } from "../../resources/static/resources/upload/transfer.js";

const PART = 10;

// A file as the browser hands it over: File itself is missing in node 18.
function fileOf(size, name = "洗手.pptx") {
  const blob = new Blob([new Uint8Array(size)]);
  return { name, size, type: "x/y", lastModified: 1, slice: (from, to) => blob.slice(from, to) };
}

function session(size, extra = {}) {
  const part_count = Math.max(1, Math.ceil(size / PART));
  return { uid: "u", name: "洗手.pptx", size, fingerprint: "page:x", part_size: PART, part_count, ...extra };
}

const stored = { uid: "b", state: "verified", preview: null };

// A site that accepts everything; overrides replace single answers.
function siteFor(size, overrides = {}) {
  const calls = [];
  const answers = {
    create: async () => session(size),
    receivedParts: async () => [],
    signParts: async (_uid, parts) => parts.map(({ number }) => ({ url: `/parts/${number}`, headers: {} })),
    complete: async () => session(size, { blob: stored }),
    status: async () => session(size, { blob: stored }),
    cancel: async () => ({}),
    retryPreview: async () => session(size, { blob: stored }),
    ...overrides,
  };
  const api = { calls };
  for (const [name, answer] of Object.entries(answers)) {
    api[name] = (...args) => {
      calls.push(name);
      return answer(...args);
    };
  }
  return api;
}

// A promise to be resolved by the test.
function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve) => {
    parts.resolve = resolve;
  });
  return parts;
}

let sentUrls = [];
beforeEach(() => {
  sentUrls = [];
  globalThis.XMLHttpRequest = class {
    upload = { addEventListener: () => {} };
    listeners = {};
    status = 200;
    addEventListener(name, listener) {
      this.listeners[name] = listener;
    }
    open(_method, url) {
      this.url = url;
    }
    setRequestHeader() {}
    getResponseHeader() {
      return null;
    }
    abort() {}
    send() {
      sentUrls.push(this.url);
      queueMicrotask(() => this.listeners.load());
    }
  };
});

function transferOf(api, source) {
  const phases = [];
  const transfer = new Transfer(api, {
    ...source,
    onChange: ({ phase }) => {
      if (phases.at(-1) !== phase) phases.push(phase);
    },
  });
  return { transfer, phases };
}

test("every phase in the table is known, can be reached, and can end", () => {
  const names = Object.keys(PHASES);
  const reached = new Set(["awaitingFile", "queued", ...names.flatMap((name) => PHASES[name].next)]);
  assert.deepEqual([...reached].sort(), [...names].sort());
  const canEnd = (name, seen = new Set()) => {
    if (PHASES[name].over) return true;
    seen.add(name);
    return PHASES[name].next.some((next) => !seen.has(next) && canEnd(next, seen));
  };
  for (const name of names) assert.ok(name === "removed" || canEnd(name), name);
});

test("what has been cancelled or removed can't come back", () => {
  for (const name of Object.keys(PHASES)) {
    assert.equal(mayFollow("cancelled", name), false);
    assert.equal(mayFollow("removed", name), false);
  }
});

test("a file of three parts is sent, completed and done", async () => {
  const api = siteFor(25);
  const { transfer, phases } = transferOf(api, { file: fileOf(25) });
  await transfer.run();
  assert.deepEqual(phases, ["sending", "finishing", "processing", "done"]);
  assert.deepEqual(sentUrls.sort(), ["/parts/1", "/parts/2", "/parts/3"]);
  assert.equal(transfer.sentBytes, 25);
  assert.ok(transfer.isOver && transfer.isSent && !transfer.isWorking);
});

test("a small file is announced with its checksum and needs no further signature", async () => {
  let announced;
  const signed = [{ url: "/parts/signed-at-once", headers: {} }];
  const create = async (details) => {
    announced = details;
    return session(10, { signed });
  };
  const api = siteFor(10, { create });
  const { transfer } = transferOf(api, { file: fileOf(10) });
  await transfer.run();
  assert.equal(announced.md5, "pjyQzDaErYsKIXamqP6QBQ==");
  assert.deepEqual(sentUrls, ["/parts/signed-at-once"]);
  assert.deepEqual(api.calls, ["create", "complete"]);
});

test("a small file that was paused asks for a new signature when it goes on", async () => {
  const signed = [{ url: "/parts/signed-at-once", headers: {} }];
  const asked = deferred();
  const created = deferred();
  const create = () => {
    asked.resolve();
    return created.promise;
  };
  const { transfer } = transferOf(siteFor(10, { create }), { file: fileOf(10) });
  const running = transfer.run();
  await asked.promise;
  transfer.pause();
  created.resolve(session(10, { signed }));
  await running;
  transfer.resume();
  await transfer.run();
  assert.deepEqual(sentUrls, ["/parts/1"]);
});

test("a file picked and paused at once is not announced", async () => {
  const api = siteFor(10);
  const { transfer } = transferOf(api, { file: fileOf(10) });
  const running = transfer.run();
  transfer.pause();
  await running;
  assert.deepEqual(api.calls, []);
});

test("the last part is as long as what is left", () => {
  const { transfer } = transferOf(siteFor(25), { session: session(25) });
  assert.deepEqual(
    [1, 2, 3].map((number) => transfer.partSize(number)),
    [10, 10, 5],
  );
});

test("after a reload only the missing parts are sent; a part of the wrong length counts as missing", async () => {
  const api = siteFor(25, {
    receivedParts: async () => [
      { number: 1, size: 10 },
      { number: 2, size: 7 },
    ],
  });
  const { transfer } = transferOf(api, { session: session(25) });
  assert.equal(transfer.phase, "awaitingFile");
  transfer.attachFile(fileOf(25));
  await transfer.run();
  assert.deepEqual(sentUrls.sort(), ["/parts/2", "/parts/3"]);
  assert.ok(!api.calls.includes("create"));
});

test("pausing while the session is being created sends nothing, and resuming goes on", async () => {
  const created = deferred();
  const api = siteFor(10, { create: () => created.promise });
  const { transfer, phases } = transferOf(api, { file: fileOf(10) });
  const running = transfer.run();
  transfer.pause();
  created.resolve(session(10));
  await running;
  assert.equal(transfer.phase, "paused");
  assert.deepEqual(sentUrls, []);
  transfer.resume();
  await transfer.run();
  assert.deepEqual(phases.slice(-3), ["finishing", "processing", "done"]);
});

test("cancelling while the session is being created deletes it once it exists", async () => {
  const created = deferred();
  const asked = deferred();
  const create = () => {
    asked.resolve();
    return created.promise;
  };
  const api = siteFor(10, { create });
  const { transfer } = transferOf(api, { file: fileOf(10) });
  const running = transfer.run();
  await asked.promise;
  await transfer.cancel();
  assert.ok(!api.calls.includes("cancel"));
  created.resolve(session(10));
  await running;
  assert.equal(transfer.phase, "cancelled");
  assert.equal(api.calls.filter((name) => name === "cancel").length, 1);
  assert.deepEqual(sentUrls, []);
});

test("cancelling a known session deletes it once", async () => {
  const api = siteFor(10);
  const { transfer } = transferOf(api, { session: session(10) });
  await transfer.cancel();
  await transfer.cancel();
  assert.deepEqual(api.calls, ["cancel"]);
});

test("a stored file is not deleted by a cancellation that comes too late", async () => {
  const api = siteFor(10);
  const { transfer } = transferOf(api, { session: session(10, { blob: stored }) });
  await transfer.cancel();
  assert.deepEqual(api.calls, []);
});

test("a refusal fails with its error; a file that can't be read fails as unreadable", async () => {
  const full = new UploadError("refused", { code: "quota", status: 409, message: "本校空间不够" });
  const refusing = siteFor(10, { create: () => Promise.reject(full) });
  const refused = transferOf(refusing, { file: fileOf(10) }).transfer;
  await refused.run();
  assert.equal(refused.phase, "failed");
  assert.equal(refused.error, full);

  const vanished = {
    ...fileOf(10),
    slice: () => ({ size: 10, slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) }),
  };
  const unreadable = transferOf(siteFor(10), { file: vanished }).transfer;
  await unreadable.run();
  assert.equal(unreadable.phase, "failed");
  assert.equal(unreadable.error.kind, "unreadable");
});

test("resuming after the end of a session starts a new one with a new key", async () => {
  const api = siteFor(10, {
    complete: () => Promise.reject(new UploadError("refused", { code: "expired", status: 410 })),
  });
  const { transfer } = transferOf(api, { file: fileOf(10) });
  const key = transfer.idempotencyKey;
  await transfer.run();
  assert.equal(transfer.phase, "failed");
  transfer.resume();
  assert.equal(transfer.phase, "queued");
  assert.equal(transfer.session, null);
  assert.equal(transfer.sentBytes, 0);
  assert.notEqual(transfer.idempotencyKey, key);
});

test("when the store has lost a part, it is asked what it has and the part is sent again", async () => {
  let completions = 0;
  const api = siteFor(20, {
    receivedParts: async () => [{ number: 1, size: 10 }],
    complete: async () => {
      completions += 1;
      if (completions === 1) throw new UploadError("refused", { code: "parts_missing", status: 409 });
      return session(20, { blob: stored });
    },
  });
  const { transfer, phases } = transferOf(api, { file: fileOf(20) });
  await transfer.run();
  assert.deepEqual(phases, ["sending", "finishing", "sending", "finishing", "processing", "done"]);
  assert.deepEqual(sentUrls, ["/parts/1", "/parts/2", "/parts/2"]);
});

test("a rejected file ends as failed, and a failed delivery can be offered again", async () => {
  const rejected = { ...stored, state: "rejected" };
  const { transfer } = transferOf(siteFor(10), { session: session(10, { blob: rejected }) });
  await transfer.pollPreview();
  assert.equal(transfer.phase, "failed");

  const other = transferOf(siteFor(10), { session: session(10, { blob: stored }) }).transfer;
  await other.pollPreview();
  other.deliveryFailed(new TypeError("Failed to fetch"));
  assert.deepEqual([other.phase, other.delivery], ["failed", "refused"]);
  other.deliverAgain();
  assert.equal(other.delivery, "pending");
  assert.equal(other.phase, "done");
});

test("a removed transfer ignores late answers", async () => {
  const retried = deferred();
  const api = siteFor(10, { retryPreview: () => retried.promise });
  const { transfer, phases } = transferOf(api, { session: session(10, { blob: stored }) });
  await transfer.pollPreview();
  const retrying = transfer.retryPreview();
  transfer.remove();
  retried.resolve(session(10, { blob: { ...stored, preview: { working: true } } }));
  await retrying;
  assert.equal(transfer.phase, "removed");
  assert.deepEqual(phases, ["processing", "done", "removed"]);
});
