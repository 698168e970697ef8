import assert from "node:assert/strict";
import { test } from "node:test";

import { endsWord, WordList } from "../../search/static/search/word-list.js";

test("the field's words are read by line or separator, each once", () => {
  const list = new WordList("抚触、婴儿按摩\n抚触；baby massage");
  assert.deepEqual(list.words, ["抚触", "婴儿按摩", "baby massage"]);
  assert.equal(String(list), "抚触\n婴儿按摩\nbaby massage");
});

test("adding tells whether anything is new, and a word can be taken out", () => {
  const list = new WordList("抚触");
  assert.equal(list.add(" 抚触 "), false);
  assert.equal(list.add("按摩，捏脊"), true);
  list.remove("按摩");
  assert.deepEqual(list.words, ["抚触", "捏脊"]);
});

test("a separator closes a word, a space does not", () => {
  assert.equal(endsWord("抚触；"), true);
  assert.equal(endsWord("baby massage"), false);
});
