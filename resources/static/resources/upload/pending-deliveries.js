// The uploads that the page has not taken over yet, in localStorage: after a reload they are offered to it again.

export class PendingDeliveries {
  constructor(context) {
    this.key = `uploads:${context}`;
    this.added = new Set();
  }

  read() {
    try {
      return JSON.parse(window.localStorage.getItem(this.key)) || {};
    } catch {
      return {};
    }
  }

  write(uids) {
    try {
      window.localStorage.setItem(this.key, JSON.stringify(uids));
    } catch {
      // Private windows have no storage; there only the open page hands files over.
    }
  }

  has(uid) {
    return uid in this.read();
  }

  add(uid) {
    if (this.added.has(uid)) return;
    this.added.add(uid);
    this.write({ ...this.read(), [uid]: 1 });
  }

  delete(uid) {
    const uids = this.read();
    delete uids[uid];
    this.write(uids);
  }
}
