// What identifies a file across page loads, and a session across retries.

import { Md5 } from "./md5.js";

// The same for the same file in the same place (context) of the site; used to find an upload again after a reload.
export function fingerprintOf(file, context) {
  const text = `${file.name}\n${file.size}\n${file.lastModified}`;
  return `${context}:${new Md5().update(new TextEncoder().encode(text)).hex()}`;
}

// crypto.randomUUID is missing on plain HTTP and in older browsers.
export function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
