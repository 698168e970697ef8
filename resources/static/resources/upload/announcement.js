// Announces a file to the site. A small file is one part: with its checksum, the answer brings that part signed.

import { UploadError } from "./api.js";
import { md5Of } from "./md5.js";
import { retry } from "./retry.js";

const SMALL_BYTES = 8 * 1024 * 1024;

// Resolves to the session, and its only part ready to send, or null.
export async function announce(api, file, details, signal) {
  const blob = file.slice(0, file.size);
  const md5 = file.size <= SMALL_BYTES ? await md5Of(blob) : undefined;
  if (signal.aborted) throw new UploadError("cancelled");
  const session = await retry(() => api.create({ ...details, size: file.size, media_type: file.type, md5 }), signal);
  const [signed] = session.signed ?? [];
  return { session, part: signed ? { number: 1, blob, md5, signed } : null };
}
