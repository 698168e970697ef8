// The words of a synonym group, as its field stores them. No DOM; word-chips.js has it.

const SEPARATORS = /[、,，;；\n\r\t]+/;

export class WordList {
  constructor(text) {
    this.words = [];
    this.add(text);
  }

  // Adds every word of the text that is not in the list yet; returns whether any was.
  add(text) {
    const before = this.words.length;
    for (const word of text.split(SEPARATORS).map((one) => one.trim())) {
      if (word && !this.words.includes(word)) this.words.push(word);
    }
    return this.words.length > before;
  }

  remove(word) {
    this.words = this.words.filter((one) => one !== word);
  }

  toString() {
    return this.words.join("\n");
  }
}

export const endsWord = (text) => SEPARATORS.test(text);
