import assert from "node:assert/strict";
import { test } from "node:test";

import { neverBackwards, percentOf, TimeLeft, totalsOf } from "../../resources/static/resources/upload/progress.js";
import { rowView } from "../../resources/static/resources/upload/row-view.js";
import { formatDuration, formatSize, textsOf } from "../../resources/static/resources/upload/texts.js";

const text = (name, values = {}) => [name, ...Object.values(values)].join(" ");

function transferIn(phase, extra = {}) {
  const isSent = ["processing", "done", "failed", "cancelled"].includes(phase);
  const isOver = ["done", "failed", "cancelled"].includes(phase);
  const known = { name: "a.pdf", size: 100, sentBytes: 0, file: {}, status: null, error: null, delivery: "pending" };
  return { phase, ...known, isSent, isOver, ...extra };
}

const view = (phase, extra, queuePosition = 0) => rowView(transferIn(phase, extra), text, queuePosition);

test("a percentage is rounded down: all of it only when all has arrived", () => {
  assert.deepEqual(
    [percentOf(0, 3), percentOf(2, 3), percentOf(999, 1000), percentOf(3, 3), percentOf(0, 0)],
    [0, 66, 99, 100, 0],
  );
});

test("totals count finished files whole and leave out those without their file", () => {
  const totals = totalsOf([
    transferIn("sending", { sentBytes: 40 }),
    transferIn("queued"),
    transferIn("done"),
    transferIn("failed", { sentBytes: 5 }),
    transferIn("awaitingFile", { size: 1000 }),
  ]);
  const { files, finished, failed, waiting, size, sent } = totals;
  assert.deepEqual(
    { files, finished, failed, waiting, size, sent },
    {
      files: 4,
      finished: 1,
      failed: 1,
      waiting: 2,
      size: 400,
      sent: 240,
    },
  );
});

test("files that the page has taken over stay in the total", () => {
  const before = totalsOf([transferIn("sending", { sentBytes: 40 }), transferIn("processing")]);
  const after = totalsOf([transferIn("sending", { sentBytes: 40 })], [{ name: "b.pdf", size: 100 }]);
  assert.deepEqual([after.files, after.size, after.sent], [before.files, before.size, before.sent]);
  assert.deepEqual(after.names, ["b.pdf", "a.pdf"]);
});

test("a part that is sent again takes nothing away from the total, a removed file does", () => {
  const shown = { files: 2, size: 200, sent: 150 };
  assert.equal(neverBackwards({ files: 2, size: 200, sent: 120 }, shown).sent, 150);
  assert.equal(neverBackwards({ files: 2, size: 200, sent: 160 }, shown).sent, 160);
  assert.equal(neverBackwards({ files: 1, size: 100, sent: 50 }, shown).sent, 50);
});

const KB = 1024;

// Samples once a second; sent(second) is the number of bytes by then. Returns what was shown each second.
function timesShown(seconds, size, sent) {
  const left = new TimeLeft();
  return Array.from({ length: seconds }, (_, second) => {
    left.sample(sent(second), 1000 * (second + 1));
    return left.secondsFor(size - sent(second), 1000 * (second + 1));
  });
}

test("no time is shown before some seconds and bytes say how fast it goes", () => {
  // The first part vanishes into the buffers at once, then 200 KB a second.
  const shown = timesShown(20, 10_000 * KB, (second) => (second ? 1000 * KB + 200 * KB * second : 0));
  assert.deepEqual(shown.slice(0, 5), [null, null, null, null, null]);
  assert.ok(shown[5] > 0);
  const slow = timesShown(20, 10_000 * KB, (second) => 10 * KB * second);
  assert.ok(slow.every((seconds) => seconds === null));
});

test("the time falls steadily, also where the network goes by fits and starts", () => {
  // 400 KB in every other second.
  const shown = timesShown(60, 20_000 * KB, (second) => 400 * KB * Math.ceil(second / 2)).slice(10);
  for (const [index, seconds] of shown.entries()) {
    const truth = 100 - (index + 10);
    assert.ok(Math.abs(seconds - truth) < 10, `${index}: ${seconds}, not ${truth}`);
    if (index) assert.ok(Math.abs(shown[index - 1] - seconds) < 4, `${index}: ${shown[index - 1]} → ${seconds}`);
  }
});

test("a slower network is told after some seconds", () => {
  const shown = timesShown(
    60,
    100_000 * KB,
    (second) => 1000 * KB * Math.min(second, 20) + 100 * KB * Math.max(0, second - 20),
  );
  assert.ok(shown[19] < 100);
  assert.ok(shown[59] > 600);
});

test("when a file is removed the bytes go back and the speed stays", () => {
  const left = new TimeLeft();
  for (let second = 0; second <= 6; second += 1) left.sample(1000 * KB * second, 1000 * second);
  left.sample(2000 * KB, 7000);
  left.sample(3000 * KB, 8000);
  assert.ok(Math.abs(left.secondsFor(8000 * KB, 8000) - 9) < 2);
});

test("a pause ends what is known about the speed", () => {
  const left = new TimeLeft();
  for (let second = 0; second <= 6; second += 1) left.sample(1000 * KB * second, 1000 * second);
  assert.notEqual(left.secondsFor(1000 * KB, 6000), null);
  left.stop();
  left.sample(7000 * KB, 600_000);
  assert.equal(left.secondsFor(1000 * KB, 600_000), null);
});

test("sizes have one digit from megabytes on, and none from a hundred", () => {
  assert.equal(formatSize(574_054), "561 KB"); // as common/templatetags/ui.py rounds
  assert.equal(formatSize(38_000), "37 KB");
  assert.equal(formatSize(44_670_000), "42.6 MB");
  assert.equal(formatSize(44_670_000, 12_690_000), "12.1 / 42.6 MB");
  assert.equal(formatSize(300 * 1024 ** 2), "300 MB");
});

test("durations are rounded to five seconds, minutes, hours", () => {
  assert.deepEqual(
    [1, 12, 90, 7200].map((seconds) => formatDuration(seconds, text)),
    ["seconds 5", "seconds 15", "minutes 2", "hours 2"],
  );
});

test("texts come from the element, with their placeholders filled in", () => {
  const texts = textsOf({ dataset: { textQueuedBehind: "前面还有 {n} 个{x}" } });
  assert.equal(texts("queuedBehind", { n: 2 }), "前面还有 2 个{x}");
  assert.equal(texts("unknown"), "");
});

test("the bar shows bytes while sending, pages while rendering, and is hidden otherwise", () => {
  const rendering = { blob: { preview: { state: "rendering", page_count: 60, pages_done: 21, working: true } } };
  assert.equal(view("sending", { sentBytes: 40 }).progress, 40);
  assert.equal(view("paused", { sentBytes: 40 }).progress, 40);
  assert.equal(view("queued").progress, 0);
  assert.equal(view("processing", { status: rendering }).progress, 35);
  assert.equal(view("processing", { status: rendering }).sentence, "rendering 22 60");
  for (const phase of ["awaitingFile", "finishing", "processing", "failed"])
    assert.equal(view(phase).progress, null, phase);
});

test("a queued file says how many stand before it", () => {
  assert.equal(view("queued", {}, 2).sentence, "queuedBehind 2");
  assert.equal(view("queued").sentence, "queued");
});

test("a pause says why: by the user, offline, or with the site's sentence", () => {
  assert.equal(view("paused", { sentBytes: 63 }).sentence, "paused 63");
  assert.equal(view("paused", { sentBytes: 63, error: { kind: "network" } }).sentence, "offline 63");
  assert.equal(view("paused", { error: { kind: "refused", sentence: "稍后再试" } }).sentence, "稍后再试");
});

test("a failure says what failed, and never shows the browser's own words", () => {
  const sentence = (extra) => view("failed", extra).sentence;
  assert.equal(sentence({ error: { kind: "unreadable" } }), "unreadable");
  assert.equal(sentence({ error: { kind: "refused", sentence: "文件是空的" } }), "文件是空的");
  assert.equal(sentence({ error: { kind: "refused" } }), "failed");
  assert.equal(sentence({ status: { blob: { reason_text: "有病毒" } } }), "unopenable 有病毒");
  assert.equal(sentence({ delivery: "refused", error: new TypeError("Failed to fetch") }), "notAdded");
  assert.equal(sentence({ delivery: "refused", error: new Error("403") }), "notAdded");
  assert.equal(sentence({ delivery: "refused", error: new Error("草稿已删除") }), "草稿已删除");
});

test("each phase offers what can be done in it", () => {
  const shown = (phase, extra) =>
    Object.entries(view(phase, extra).buttons)
      .filter(([, isShown]) => isShown)
      .map(([name]) => name);
  const blob = { preview: { state: "failed", text: "x" } };
  assert.deepEqual(shown("queued"), ["pause", "cancel"]);
  assert.deepEqual(shown("sending"), ["pause", "cancel"]);
  assert.deepEqual(shown("paused"), ["resume", "cancel"]);
  assert.deepEqual(shown("paused", { file: null }), ["cancel"]);
  assert.deepEqual(shown("awaitingFile", { file: null }), ["pick", "cancel"]);
  assert.deepEqual(shown("finishing"), []);
  assert.deepEqual(shown("processing"), []);
  assert.deepEqual(shown("done", { status: { blob } }), ["retry", "remove"]);
  assert.deepEqual(shown("done", { status: { blob: { text: "x" } } }), ["remove"]);
  assert.deepEqual(shown("failed"), ["retry", "remove"]);
  assert.deepEqual(shown("failed", { error: { kind: "unreadable" } }), ["remove"]);
  assert.deepEqual(shown("failed", { status: { blob } }), ["remove"]);
  assert.deepEqual(shown("failed", { status: { blob }, delivery: "refused" }), ["retry", "remove"]);
});
