import assert from "node:assert/strict";
import { test } from "node:test";

import { Autosave, DELAY_MS, RETRY_MS } from "../../resources/static/resources/autosave.js";

// A page whose server answers as told; timers run only when the test says so.
function page(...answers) {
  const timers = [];
  const sent = [];
  const shown = [];
  const autosave = new Autosave({
    send: async () => {
      sent.push(autosave.typed);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return typeof answer === "function" ? answer() : answer;
    },
    show: (phase) => shown.push(phase),
    timers: {
      setTimeout: (run, delay) => timers.push({ run, delay }),
      clearTimeout: () => timers.splice(0),
    },
  });
  return { autosave, timers, sent, shown, tick: () => timers.pop().run() };
}

const saved = { phase: "saved", stamp: "1" };

test("typing is saved once, a moment after the last key", async () => {
  const { autosave, timers, sent, tick } = page(saved);
  autosave.changed();
  autosave.changed();
  assert.deepEqual(
    timers.map((timer) => timer.delay),
    [DELAY_MS],
  );
  await tick();
  assert.deepEqual(sent, [2]);
  assert.equal(autosave.isDirty, false);
});

test("leaving warns before the first save and not after it", async () => {
  const { autosave } = page(saved);
  assert.equal(autosave.mustWarn, false);
  autosave.changed();
  assert.equal(autosave.mustWarn, true);
  await autosave.flush();
  autosave.changed();
  assert.equal(autosave.mustWarn, false);
});

test("what is typed while a save is on its way is saved by the next one", async () => {
  const { autosave, sent, tick } = page(() => {
    if (autosave.typed === 1) autosave.changed();
    return saved;
  });
  autosave.changed();
  await autosave.flush();
  assert.equal(autosave.isDirty, true);
  await tick();
  assert.deepEqual(sent, [1, 2]);
  assert.equal(autosave.isDirty, false);
});

test("without a connection it tries again and warns meanwhile", async () => {
  const { autosave, timers, tick } = page(new Error("offline"), saved);
  autosave.changed();
  await autosave.flush();
  assert.equal(autosave.phase, "offline");
  assert.equal(autosave.mustWarn, true);
  assert.equal(timers[0].delay, RETRY_MS);
  await tick();
  assert.equal(autosave.isDirty, false);
});

test("after a conflict nothing is sent until the user decides", async () => {
  const { autosave, sent } = page({ phase: "conflict" }, saved);
  autosave.changed();
  await autosave.flush();
  autosave.changed();
  await autosave.flush();
  assert.equal(sent.length, 1);
  assert.equal(autosave.mustWarn, true);
  await autosave.overwrite();
  assert.equal(sent.length, 2);
  assert.equal(autosave.phase, "saved");
});

test("a refused entry is not sent again before it changes", async () => {
  const { autosave, timers, sent } = page({ phase: "refused" });
  autosave.changed();
  await autosave.flush();
  assert.deepEqual(timers, []);
  autosave.changed();
  assert.equal(timers.length, 1);
  assert.equal(sent.length, 1);
});

test("a field that is refused warns on leaving, although the others are saved", async () => {
  const { autosave, timers, sent } = page({ phase: "saved" }, { phase: "partly" }, { phase: "saved" });
  autosave.changed();
  await autosave.flush();
  autosave.changed();
  await autosave.flush();
  assert.equal(autosave.mustWarn, true);
  assert.deepEqual(timers, []);
  autosave.changed();
  await autosave.flush();
  assert.equal(sent.length, 3);
  assert.equal(autosave.mustWarn, false);
});

test("attaching a file and saving do not overlap", async () => {
  const order = [];
  const { autosave } = page(() => {
    order.push("save");
    return saved;
  });
  const attached = autosave.exclusively(async () => {
    order.push("attach begins");
    await Promise.resolve();
    order.push("attach ends");
  });
  autosave.changed();
  await Promise.all([attached, autosave.flush()]);
  assert.deepEqual(order, ["attach begins", "attach ends", "save"]);
});
