import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { putPart, UploadApi, UploadError } from "../../resources/static/resources/upload/api.js";

const api = new UploadApi("/api/uploads");
let requests = [];

function answer(status, body) {
  globalThis.fetch = async (url, options) => {
    requests.push({ url, ...options });
    return { ok: status < 400, status, json: async () => JSON.parse(body) };
  };
}

function useCookies(cookie) {
  globalThis.document = { cookie, querySelector: () => ({ value: "from field" }) };
}

class FakeXhr {
  constructor() {
    FakeXhr.last = this;
    this.listeners = {};
    this.headers = {};
    this.upload = { addEventListener: (name, listener) => this.addEventListener(name, listener) };
  }

  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }

  open(method, url) {
    Object.assign(this, { method, url });
  }

  setRequestHeader(name, value) {
    this.headers[name] = value;
  }

  getResponseHeader(name) {
    return this.responseHeaders?.[name] ?? null;
  }

  send(body) {
    this.body = body;
  }

  abort() {
    this.aborted = true;
  }

  load(status, headers = {}) {
    Object.assign(this, { status, responseHeaders: headers });
    this.listeners.load();
  }
}

beforeEach(() => {
  requests = [];
  useCookies("a=1; csrftoken=from%20cookie");
  globalThis.XMLHttpRequest = FakeXhr;
});
afterEach(() => {
  delete globalThis.document;
});

test("a request carries the token of the cookie, else that of the page", async () => {
  answer(200, '{"uid": "u"}');
  assert.deepEqual(await api.create({ name: "洗手.pptx" }), { uid: "u" });
  assert.equal(requests[0].headers["X-CSRFToken"], "from cookie");
  assert.equal(requests[0].body, '{"name":"洗手.pptx"}');
  useCookies("");
  await api.status("u");
  assert.equal(requests[1].headers["X-CSRFToken"], "from field");
  assert.equal(requests[1].url, "/api/uploads/u");
  useCookies("csrftoken=planted; __Host-csrftoken=ours");
  answer(200, "{}");
  await api.status("u");
  assert.equal(requests[2].headers["X-CSRFToken"], "ours");
});

test("only number and checksum of a part are sent to be signed", async () => {
  answer(200, "[]");
  await api.signParts("u", [{ number: 1, md5: "x", blob: {} }]);
  assert.equal(requests[0].body, '{"parts":[{"number":1,"md5":"x"}]}');
});

test("a refusal keeps code, sentence and status", async () => {
  answer(409, '{"code": "quota", "message": "本校空间不够", "numbers": [2]}');
  await assert.rejects(api.complete("u"), {
    kind: "refused",
    code: "quota",
    sentence: "本校空间不够",
    status: 409,
    mayPass: false,
  });
});

test("an answer that is no JSON is still a refusal with its status", async () => {
  answer(502, "<html>");
  await assert.rejects(api.cancel("u"), { kind: "refused", status: 502, sentence: "", mayPass: true });
});

test("a request that fails is a network error", async () => {
  globalThis.fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  await assert.rejects(api.sessions(), { kind: "network", mayPass: true });
});

test("what may pass: the network, the store, too many requests and errors of the server", () => {
  const mayPass = (kind, status = 0) => new UploadError(kind, { status }).mayPass;
  assert.ok(mayPass("network") && mayPass("store", 403) && mayPass("refused", 429) && mayPass("refused", 503));
  assert.ok(!mayPass("refused", 400) && !mayPass("cancelled") && !mayPass("unreadable"));
});

const signed = { url: "/store/parts/k/1", headers: { "Content-MD5": "x" } };

test("a part is sent with its signed headers and reports its progress", async () => {
  const seen = [];
  const sent = putPart(signed, "bytes", { signal: new AbortController().signal, onProgress: (n) => seen.push(n) });
  FakeXhr.last.listeners.progress({ loaded: 3 });
  FakeXhr.last.load(200);
  await sent;
  assert.deepEqual(seen, [3]);
  assert.deepEqual(FakeXhr.last.headers, signed.headers);
});

test("a store that asks to wait is busy; another status of it is an error that may pass", async () => {
  const options = () => ({ signal: new AbortController().signal, onProgress: () => {} });
  const busy = putPart(signed, "bytes", options());
  FakeXhr.last.load(503, { "Retry-After": "3" });
  await assert.rejects(busy, { kind: "store", code: "busy", mayPass: true });
  const expired = putPart(signed, "bytes", options());
  FakeXhr.last.load(403);
  await assert.rejects(expired, { kind: "store", code: "", status: 403, mayPass: true });
});

test("an abort stops the request of a part", async () => {
  const controller = new AbortController();
  const sent = putPart(signed, "bytes", { signal: controller.signal, onProgress: () => {} });
  controller.abort();
  await assert.rejects(sent, { kind: "cancelled" });
  assert.ok(FakeXhr.last.aborted);
});
