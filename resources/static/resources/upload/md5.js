// Incremental MD5 (RFC 1321). Not for security: the store compares it with the bytes it received, to notice a damaged part.
// Our own because browsers offer no MD5, and no SubtleCrypto on plain-HTTP school networks. Written for speed: inside a
// school's network the checksum, not the line, limits an upload.

// Small enough for the browser to inline them.
function turn(sum, by, b) {
  return (((sum << by) | (sum >>> (32 - by))) + b) | 0;
}
function f(a, b, c, d, word, by) {
  return turn((a + ((b & c) | (~b & d)) + word) | 0, by, b);
}
function g(a, b, c, d, word, by) {
  return turn((a + ((d & b) | (~d & c)) + word) | 0, by, b);
}
function h(a, b, c, d, word, by) {
  return turn((a + (b ^ c ^ d) + word) | 0, by, b);
}
function i(a, b, c, d, word, by) {
  return turn((a + (c ^ (b | ~d)) + word) | 0, by, b);
}

// Mix blocks of sixteen 32-bit words into the state. The words are read in the machine's byte order, which is
// little-endian in every browser. Unrolled, because loops over tables take four times as long. The constants are
// floor(2^32 |sin n|), as in RFC 1321.
function mix(state, words, from, to) {
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  for (let at = from; at < to; at += 16) {
    const a0 = a;
    const b0 = b;
    const c0 = c;
    const d0 = d;
    a = f(a, b, c, d, words[at + 0] - 680876936, 7);
    d = f(d, a, b, c, words[at + 1] - 389564586, 12);
    c = f(c, d, a, b, words[at + 2] + 606105819, 17);
    b = f(b, c, d, a, words[at + 3] - 1044525330, 22);
    a = f(a, b, c, d, words[at + 4] - 176418897, 7);
    d = f(d, a, b, c, words[at + 5] + 1200080426, 12);
    c = f(c, d, a, b, words[at + 6] - 1473231341, 17);
    b = f(b, c, d, a, words[at + 7] - 45705983, 22);
    a = f(a, b, c, d, words[at + 8] + 1770035416, 7);
    d = f(d, a, b, c, words[at + 9] - 1958414417, 12);
    c = f(c, d, a, b, words[at + 10] - 42063, 17);
    b = f(b, c, d, a, words[at + 11] - 1990404162, 22);
    a = f(a, b, c, d, words[at + 12] + 1804603682, 7);
    d = f(d, a, b, c, words[at + 13] - 40341101, 12);
    c = f(c, d, a, b, words[at + 14] - 1502002290, 17);
    b = f(b, c, d, a, words[at + 15] + 1236535329, 22);
    a = g(a, b, c, d, words[at + 1] - 165796510, 5);
    d = g(d, a, b, c, words[at + 6] - 1069501632, 9);
    c = g(c, d, a, b, words[at + 11] + 643717713, 14);
    b = g(b, c, d, a, words[at + 0] - 373897302, 20);
    a = g(a, b, c, d, words[at + 5] - 701558691, 5);
    d = g(d, a, b, c, words[at + 10] + 38016083, 9);
    c = g(c, d, a, b, words[at + 15] - 660478335, 14);
    b = g(b, c, d, a, words[at + 4] - 405537848, 20);
    a = g(a, b, c, d, words[at + 9] + 568446438, 5);
    d = g(d, a, b, c, words[at + 14] - 1019803690, 9);
    c = g(c, d, a, b, words[at + 3] - 187363961, 14);
    b = g(b, c, d, a, words[at + 8] + 1163531501, 20);
    a = g(a, b, c, d, words[at + 13] - 1444681467, 5);
    d = g(d, a, b, c, words[at + 2] - 51403784, 9);
    c = g(c, d, a, b, words[at + 7] + 1735328473, 14);
    b = g(b, c, d, a, words[at + 12] - 1926607734, 20);
    a = h(a, b, c, d, words[at + 5] - 378558, 4);
    d = h(d, a, b, c, words[at + 8] - 2022574463, 11);
    c = h(c, d, a, b, words[at + 11] + 1839030562, 16);
    b = h(b, c, d, a, words[at + 14] - 35309556, 23);
    a = h(a, b, c, d, words[at + 1] - 1530992060, 4);
    d = h(d, a, b, c, words[at + 4] + 1272893353, 11);
    c = h(c, d, a, b, words[at + 7] - 155497632, 16);
    b = h(b, c, d, a, words[at + 10] - 1094730640, 23);
    a = h(a, b, c, d, words[at + 13] + 681279174, 4);
    d = h(d, a, b, c, words[at + 0] - 358537222, 11);
    c = h(c, d, a, b, words[at + 3] - 722521979, 16);
    b = h(b, c, d, a, words[at + 6] + 76029189, 23);
    a = h(a, b, c, d, words[at + 9] - 640364487, 4);
    d = h(d, a, b, c, words[at + 12] - 421815835, 11);
    c = h(c, d, a, b, words[at + 15] + 530742520, 16);
    b = h(b, c, d, a, words[at + 2] - 995338651, 23);
    a = i(a, b, c, d, words[at + 0] - 198630844, 6);
    d = i(d, a, b, c, words[at + 7] + 1126891415, 10);
    c = i(c, d, a, b, words[at + 14] - 1416354905, 15);
    b = i(b, c, d, a, words[at + 5] - 57434055, 21);
    a = i(a, b, c, d, words[at + 12] + 1700485571, 6);
    d = i(d, a, b, c, words[at + 3] - 1894986606, 10);
    c = i(c, d, a, b, words[at + 10] - 1051523, 15);
    b = i(b, c, d, a, words[at + 1] - 2054922799, 21);
    a = i(a, b, c, d, words[at + 8] + 1873313359, 6);
    d = i(d, a, b, c, words[at + 15] - 30611744, 10);
    c = i(c, d, a, b, words[at + 6] - 1560198380, 15);
    b = i(b, c, d, a, words[at + 13] + 1309151649, 21);
    a = i(a, b, c, d, words[at + 4] - 145523070, 6);
    d = i(d, a, b, c, words[at + 11] - 1120210379, 10);
    c = i(c, d, a, b, words[at + 2] + 718787259, 15);
    b = i(b, c, d, a, words[at + 9] - 343485551, 21);
    a = (a + a0) | 0;
    b = (b + b0) | 0;
    c = (c + c0) | 0;
    d = (d + d0) | 0;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}

export class Md5 {
  constructor() {
    this.state = new Int32Array([0x67452301, -0x10325477, -0x67452302, 0x10325476]);
    this.rest = new Uint8Array(64);
    this.words = new Int32Array(this.rest.buffer);
    this.held = 0;
    this.length = 0;
  }

  update(bytes) {
    this.length += bytes.length;
    let at = 0;
    if (this.held) {
      at = Math.min(64 - this.held, bytes.length);
      this.rest.set(bytes.subarray(0, at), this.held);
      this.held += at;
      if (this.held < 64) {
        return this;
      }
      mix(this.state, this.words, 0, 16);
    }
    const whole = bytes.length - at - ((bytes.length - at) % 64);
    // An Int32Array needs an offset that is a multiple of four; otherwise copy.
    const piece = (bytes.byteOffset + at) % 4 ? bytes.slice(at, at + whole) : bytes.subarray(at, at + whole);
    mix(this.state, new Int32Array(piece.buffer, piece.byteOffset, whole / 4), 0, whole / 4);
    this.rest.set(bytes.subarray(at + whole), 0);
    this.held = bytes.length - at - whole;
    return this;
  }

  bytes() {
    const bits = this.length * 8;
    const tail = new Uint8Array((this.held < 56 ? 64 : 128) - this.held);
    tail[0] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, bits >>> 0, true);
    view.setUint32(tail.length - 4, Math.floor(bits / 4294967296), true);
    this.update(tail);
    const out = new Uint8Array(16);
    const result = new DataView(out.buffer);
    for (let index = 0; index < 4; index += 1) result.setInt32(index * 4, this.state[index], true);
    return out;
  }

  base64() {
    return btoa(String.fromCharCode(...this.bytes()));
  }

  hex() {
    return Array.from(this.bytes(), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

const PIECE = 1024 * 1024;

// The MD5 of a part of a file in base64. Reads a megabyte at a time, so that the page stays responsive.
export async function md5Of(blob) {
  const sum = new Md5();
  for (let at = 0; at < blob.size; at += PIECE) {
    sum.update(new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer()));
  }
  return sum.base64();
}
