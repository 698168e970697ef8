import assert from "node:assert/strict";
import { test } from "node:test";

import { PartsAhead } from "../../resources/static/resources/upload/parts-ahead.js";

const upTo = (count) => Array.from({ length: count }, (_, index) => index + 1);

function recorded(numbers) {
  const batches = [];
  const ahead = new PartsAhead(numbers, async (batch) => {
    batches.push(batch);
    return batch.map((number) => ({ number }));
  });
  return { ahead, batches };
}

async function drain(ahead) {
  const numbers = [];
  for (let part = await ahead.next(); part; part = await ahead.next()) numbers.push(part.number);
  return numbers;
}

test("parts come in order, signed 1, 2, 4 and then 8 at a time", async () => {
  const { ahead, batches } = recorded(upTo(20));
  assert.deepEqual(await drain(ahead), upTo(20));
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [1, 2, 4, 8, 5],
  );
});

test("without parts there is nothing to prepare", async () => {
  const { ahead, batches } = recorded([]);
  assert.equal(await ahead.next(), null);
  assert.deepEqual(batches, []);
});

test("three lanes get every part exactly once", async () => {
  const { ahead } = recorded(upTo(25));
  const lanes = await Promise.all([drain(ahead), drain(ahead), drain(ahead)]);
  assert.deepEqual(
    lanes.flat().sort((a, b) => a - b),
    upTo(25),
  );
});

test("the next batch is prepared while the parts before it are being sent", async () => {
  const { ahead, batches } = recorded(upTo(7));
  await ahead.next();
  assert.deepEqual(batches, [[1], [2, 3]]);
});

test("an error reaches the lane that waits for the batch", async () => {
  const ahead = new PartsAhead(upTo(3), async (batch) => {
    if (batch.includes(2)) throw new Error("not signed");
    return batch.map((number) => ({ number }));
  });
  assert.equal((await ahead.next()).number, 1);
  await assert.rejects(ahead.next(), /not signed/);
});
