/**
 * Cuts a document into blocks of a few thousand characters, so that a text of many megabytes shows
 * at once: only the blocks near the reader are in the page.
 */

export interface Block {
  /** UTF-16 units, half open. */
  start: number;
  end: number;
  /** The page that begins here, from 1; null inside a page. */
  page: number | null;
}

export interface Run {
  text: string;
  marked: boolean;
}

const kTarget = 3000;
const kLongest = 6000;

/** `pages` are unit offsets at which pages begin; every one begins a block of its own. */
export function cutBlocks(text: string, pages: readonly number[]): Block[] {
  const blocks: Block[] = [];
  const starts = pages.filter((at, i) => at >= 0 && at < text.length && at !== pages[i - 1]);
  let page = 0;
  let from = 0;
  while (from < text.length) {
    let number: number | null = null;
    while (page < starts.length && (starts[page] ?? 0) <= from) {
      page++;
      number = pages.indexOf(starts[page - 1] ?? 0) + 1;
    }
    const limit = page < starts.length ? (starts[page] ?? text.length) : text.length;
    const end = blockEnd(text, from, limit);
    blocks.push({ start: from, end, page: number });
    from = end;
  }
  return blocks;
}

/** Prefers a paragraph's end, then a line's, then a word's; never splits a surrogate pair. */
function blockEnd(text: string, from: number, limit: number): number {
  if (limit - from <= kTarget) return limit;
  const aim = from + kTarget;
  const furthest = Math.min(limit, from + kLongest);
  const paragraph = text.indexOf("\n\n", aim);
  if (paragraph >= 0 && paragraph + 2 <= furthest) return paragraph + 2;
  const line = text.indexOf("\n", aim);
  if (line >= 0 && line + 1 <= furthest) return line + 1;
  if (furthest === limit) return limit;
  const word = text.lastIndexOf(" ", furthest);
  let end = word > from ? word + 1 : furthest;
  const before = text.charCodeAt(end - 1);
  if (before >= 0xd800 && before <= 0xdbff) end++;
  return end;
}

/** The block that holds a unit offset. */
export function blockAt(blocks: readonly Block[], unit: number): number {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.end ?? 0) <= unit) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low);
}

/** The page, from 1, that holds a unit offset; null when the document has no pages. */
export function pageAt(pages: readonly number[], unit: number): number | null {
  if (pages.length === 0) return null;
  let page = 1;
  for (let i = 0; i < pages.length; i++) if ((pages[i] ?? 0) <= unit) page = i + 1;
  return page;
}

/** A block's text with the cited range set apart. */
export function runs(text: string, block: Block, start: number, end: number): Run[] {
  const from = Math.min(Math.max(start, block.start), block.end);
  const to = Math.min(Math.max(end, from), block.end);
  const parts: Run[] = [
    { text: text.slice(block.start, from), marked: false },
    { text: text.slice(from, to), marked: true },
    { text: text.slice(to, block.end), marked: false },
  ];
  return parts.filter((part) => part.text !== "");
}
