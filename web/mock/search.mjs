// Just enough retrieval for the pretend core: word overlap over sentences, offsets in code points.

const small = new Set(
  "a an and are as at be by did do does for from had has have how i in is it its me my of on or our that the their this to was were what when where which who why will with you your many much long often there".split(
    " ",
  ),
);

const stem = (word) => word.toLowerCase().replace(/(?:ies|es|ed|ing|s|d)$/, "");

export function terms(text) {
  return (text.match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu) ?? [])
    .filter((word) => !small.has(word.toLowerCase()))
    .map(stem)
    .filter((word) => word !== "");
}

/** Sentences with their offsets in UTF-16 units. */
function sentences(text) {
  const found = [];
  for (const match of text.matchAll(/[^\n.!?]*(?:[.!?](?!\s|$)[^\n.!?]*)*[.!?]?/g)) {
    const words = match[0];
    if (words.trim().length < 12) continue;
    const lead = words.length - words.trimStart().length;
    const start = match.index + lead;
    found.push({ start, end: start + words.trim().length, words: new Set(terms(words)) });
  }
  return found;
}

export class Index {
  constructor(documents) {
    this.documents = documents;
    this.rows = documents.flatMap((document) =>
      sentences(document.text).map((sentence) => ({ document, ...sentence })),
    );
    this.frequency = new Map();
    for (const row of this.rows) {
      for (const word of row.words) this.frequency.set(word, (this.frequency.get(word) ?? 0) + 1);
    }
  }

  /** Passages, best first: [{document, start, end, quote, score, matched}], in code points. */
  find(query, keep = () => true, k = 10) {
    const wanted = [...new Set(terms(query))];
    const weight = (word) =>
      Math.log(1 + this.rows.length / (this.frequency.get(word) ?? Infinity));
    const total = wanted.reduce((sum, word) => sum + (weight(word) || 4), 0) || 1;
    return this.rows
      .filter((row) => keep(row.document))
      .map((row) => {
        const matched = wanted.filter((word) => row.words.has(word));
        const title = new Set(terms(row.document.title));
        const extra = wanted.filter((word) => !row.words.has(word) && title.has(word)).length;
        const score = matched.reduce((sum, word) => sum + weight(word), 0) / total + 0.08 * extra;
        return { row, matched, score };
      })
      .filter(({ matched }) => matched.length > 0)
      .sort((a, b) => b.score - a.score || a.row.document.id - b.row.document.id)
      .slice(0, k)
      .map(({ row, matched, score }) => passage(row.document, row.start, row.end, score, matched));
  }
}

export function passage(document, startUnit, endUnit, score, matched = []) {
  const start = [...document.text.slice(0, startUnit)].length;
  const quote = document.text.slice(startUnit, endUnit);
  const end = start + [...quote].length;
  const page = document.pages.length ? document.pages.filter((at) => at <= start).length : null;
  return { document, start, end, quote, page, score: Math.min(1, score), matched };
}
