/** Marks the searched words in a hit, and finds the part of it worth showing. */
import type { Run } from "./blocks";

const kWord = /[\p{L}\p{N}]+(?:['’\-_.][\p{L}\p{N}]+)*/gu;
const kSmallWords = new Set(
  (
    "a an and are as at be by did do does for from had has have how i in is it its me my of on or " +
    "our that the their this to was were what when where which who why will with you your"
  ).split(" "),
);

function fold(word: string): string {
  return word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The words of a query that are worth marking; small words only when there is nothing else. */
export function termsOf(query: string, matched: readonly string[] = []): string[] {
  const words = [...query.matchAll(kWord)].map((match) => fold(match[0]));
  const strong = words.filter((word) => !kSmallWords.has(word));
  const all = [...(strong.length > 0 ? strong : words), ...matched.map(fold)];
  return [...new Set(all.filter((word) => word !== ""))];
}

/** Equal, or the same word with another ending: "deposit" marks "deposits", "paid" not "paiduser". */
function matches(word: string, term: string): boolean {
  if (word === term) return true;
  const [short, long] = word.length < term.length ? [word, term] : [term, word];
  return short.length >= 4 && long.length - short.length <= 3 && long.startsWith(short);
}

interface Span {
  start: number;
  end: number;
}

function spans(text: string, terms: readonly string[]): Span[] {
  const found: Span[] = [];
  for (const match of text.matchAll(kWord)) {
    const word = fold(match[0]);
    if (terms.some((term) => matches(word, term))) {
      found.push({ start: match.index, end: match.index + match[0].length });
    }
  }
  return found;
}

/** The text cut into marked and unmarked runs. */
export function markTerms(text: string, terms: readonly string[]): Run[] {
  const parts: Run[] = [];
  let from = 0;
  for (const span of spans(text, terms)) {
    if (span.start > from) parts.push({ text: text.slice(from, span.start), marked: false });
    parts.push({ text: text.slice(span.start, span.end), marked: true });
    from = span.end;
  }
  if (from < text.length) parts.push({ text: text.slice(from), marked: false });
  return parts;
}

/** The stretch of about `length` characters that holds the most searched words. */
export function snippet(text: string, terms: readonly string[], length = 320): string {
  const flat = text.replace(/\s+/g, " ").trim();
  if (flat.length <= length) return flat;
  const found = spans(flat, terms);
  let best = 0;
  let most = 0;
  for (const first of found) {
    const inside = found.filter((s) => s.start >= first.start && s.end <= first.start + length);
    if (inside.length > most) {
      most = inside.length;
      best = first.start;
    }
  }
  const from = best === 0 ? 0 : wordStart(flat, Math.max(0, best - Math.floor(length / 5)));
  const to = Math.min(flat.length, from + length);
  const end = to === flat.length ? to : Math.max(from + 1, flat.lastIndexOf(" ", to));
  return (from > 0 ? "… " : "") + flat.slice(from, end) + (end < flat.length ? " …" : "");
}

function wordStart(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.indexOf(" ", at);
  return space < 0 ? at : space + 1;
}
