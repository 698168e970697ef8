import assert from "node:assert/strict";
import { test } from "node:test";

import { turnAfterDrag, WHOLE, withinStage, zoomAround } from "../../resources/static/resources/viewer/gestures.js";

const STAGE = { width: 400, height: 200 };

test("a long drag or a quick flick turns the page, a short and slow one does not", () => {
  assert.equal(turnAfterDrag(-120, { width: 400, milliseconds: 900 }), 1);
  assert.equal(turnAfterDrag(120, { width: 400, milliseconds: 900 }), -1);
  assert.equal(turnAfterDrag(-40, { width: 400, milliseconds: 60 }), 1);
  assert.equal(turnAfterDrag(-40, { width: 400, milliseconds: 600 }), 0);
  assert.equal(turnAfterDrag(-10, { width: 400, milliseconds: 5 }), 0);
});

test("what lies under the fingers stays there while they zoom", () => {
  const point = { x: 100, y: -30 };
  const view = zoomAround(WHOLE, 2, point);
  // The point of the slide below the fingers was point itself; it is drawn at scale times itself plus the shift.
  assert.deepEqual({ x: point.x * view.scale + view.x, y: point.y * view.scale + view.y }, point);
});

test("a slide is never smaller than the stage nor larger than five times", () => {
  assert.equal(zoomAround(WHOLE, 0.2, { x: 0, y: 0 }).scale, 1);
  assert.equal(zoomAround(WHOLE, 40, { x: 0, y: 0 }).scale, 5);
});

test("a zoomed slide covers the stage to its edges", () => {
  assert.deepEqual(withinStage({ scale: 2, x: 900, y: -900 }, STAGE), { scale: 2, x: 200, y: -100 });
  const whole = withinStage({ scale: 1, x: 50, y: 50 }, STAGE);
  assert.deepEqual([whole.x + 0, whole.y + 0], [0, 0]);
});
