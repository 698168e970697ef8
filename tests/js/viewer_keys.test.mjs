import assert from "node:assert/strict";
import { test } from "node:test";

import { actionOf } from "../../resources/static/resources/viewer/keys.js";

test("arrows turn the page wherever the focus is", () => {
  for (const place of ["page", "viewer", "full"]) {
    assert.deepEqual(actionOf("ArrowRight", place), { turn: 1 });
    assert.deepEqual(actionOf("ArrowLeft", place), { turn: -1 });
  }
});

test("keys that scroll the page are left to it outside the viewer", () => {
  for (const key of ["PageDown", "PageUp", "Home", "End", " ", "ArrowDown"]) assert.equal(actionOf(key, "page"), null);
});

test("a presenter's keys work in the full view", () => {
  assert.deepEqual(actionOf("PageDown", "full"), { turn: 1 });
  assert.deepEqual(actionOf("PageUp", "full"), { turn: -1 });
  assert.deepEqual(actionOf("ArrowDown", "full"), { turn: 1 });
  assert.deepEqual(actionOf("Home", "full"), { goTo: "first" });
  assert.deepEqual(actionOf("End", "full"), { goTo: "last" });
  assert.deepEqual(actionOf(" ", "full"), { turn: 1 });
  assert.deepEqual(actionOf(" ", "full", { shift: true }), { turn: -1 });
  for (const key of ["b", "B", "."]) assert.deepEqual(actionOf(key, "full"), { act: "black" });
  assert.deepEqual(actionOf("Escape", "full"), { act: "close" });
});

test("the space bar presses a focused button instead of turning the page", () => {
  assert.equal(actionOf(" ", "full", { onControl: true }), null);
});

test("letters do nothing outside the full view", () => {
  assert.equal(actionOf("b", "viewer"), null);
  assert.equal(actionOf("Escape", "viewer"), null);
});
