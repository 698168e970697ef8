import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import "./setup.mjs";

import { fingerprintOf, randomKey } from "../../resources/static/resources/upload/identity.js";
import { Md5, md5Of } from "../../resources/static/resources/upload/md5.js";

const bytesOf = (length) => Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 255);
const expected = (bytes, encoding = "hex") => createHash("md5").update(bytes).digest(encoding);

test("MD5 is right for every length round a block, in one piece and in several", () => {
  for (const length of [...Array(200).keys(), 1000, 65_537]) {
    const bytes = bytesOf(length);
    const pieces = new Md5();
    let at = 0;
    for (const size of [1, 3, 64, 7, 130, 61]) {
      pieces.update(bytes.subarray(at, at + size));
      at += size;
    }
    assert.equal(new Md5().update(bytes).hex(), expected(bytes), `length ${length}`);
    assert.equal(pieces.update(bytes.subarray(at)).hex(), expected(bytes), `length ${length} in pieces`);
  }
});

test("bytes that do not begin at a multiple of four are read right", () => {
  const bytes = bytesOf(500);
  for (const offset of [1, 2, 3, 4]) {
    assert.equal(new Md5().update(bytes.subarray(offset)).hex(), expected(bytes.subarray(offset)));
  }
});

test("a blob larger than one piece has the MD5 of its bytes, in base64", async () => {
  const bytes = bytesOf(2 * 1024 * 1024 + 17);
  assert.equal(await md5Of(new Blob([bytes])), expected(bytes, "base64"));
});

test("a fingerprint names the place and changes with name, size and date of the file", () => {
  const file = { name: "洗手.pptx", size: 100, lastModified: 1 };
  const print = fingerprintOf(file, "resource-7");
  assert.match(print, /^resource-7:[0-9a-f]{32}$/);
  assert.equal(fingerprintOf({ ...file }, "resource-7"), print);
  for (const change of [{ name: "洗手.pdf" }, { size: 101 }, { lastModified: 2 }]) {
    assert.notEqual(fingerprintOf({ ...file, ...change }, "resource-7"), print);
  }
});

test("a random key has 128 bits and does not repeat", () => {
  const keys = new Set(Array.from({ length: 50 }, randomKey));
  assert.equal(keys.size, 50);
  for (const key of keys) assert.match(key, /^[0-9a-f]{32}$/);
});
