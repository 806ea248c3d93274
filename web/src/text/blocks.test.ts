import { describe, expect, it } from "vitest";
import { blockAt, cutBlocks, pageAt, runs } from "./blocks";

function whole(text: string, pages: number[] = []): string {
  return cutBlocks(text, pages)
    .map((block) => text.slice(block.start, block.end))
    .join("");
}

describe("cutBlocks", () => {
  it("loses and repeats nothing, with and without line ends", () => {
    const prose = "A line of the lease.\n".repeat(2000);
    const line = "x".repeat(50_000);
    const astral = "🙂".repeat(20_000);
    for (const text of ["", "short", prose, line, astral]) expect(whole(text)).toBe(text);
  });

  it("never splits a surrogate pair", () => {
    const text = "a" + "🙂".repeat(20_000);
    for (const block of cutBlocks(text, [])) {
      const first = text.charCodeAt(block.start);
      expect(first >= 0xdc00 && first <= 0xdfff).toBe(false);
    }
  });

  it("begins a block at every page and numbers it, also after an empty page", () => {
    const text = "one two three";
    const blocks = cutBlocks(text, [0, 4, 4, 8]);
    expect(blocks.map((block) => [text.slice(block.start, block.end), block.page])).toEqual([
      ["one ", 1],
      ["two ", 2],
      ["three", 4],
    ]);
    expect(whole(text, [0, 4, 4, 8])).toBe(text);
  });

  it("keeps blocks small enough to show quickly", () => {
    const text = "word ".repeat(100_000);
    for (const block of cutBlocks(text, [])) {
      expect(block.end - block.start).toBeLessThanOrEqual(6001);
    }
  });
});

describe("blockAt and pageAt", () => {
  it("find the block and the page of an offset", () => {
    const text = "line\n".repeat(4000);
    const blocks = cutBlocks(text, []);
    for (const unit of [0, 2999, 3000, 3001, text.length - 1]) {
      const block = blocks[blockAt(blocks, unit)]!;
      expect(block.start <= unit && unit < block.end).toBe(true);
    }
    expect(pageAt([0, 10, 20], 9)).toBe(1);
    expect(pageAt([0, 10, 20], 10)).toBe(2);
    expect(pageAt([], 10)).toBeNull();
  });
});

describe("runs", () => {
  it("marks exactly the cited range, also where it spans blocks", () => {
    const text = "line of text\n".repeat(1000);
    const blocks = cutBlocks(text, []);
    const edge = blocks[0]!.end;
    const marked = blocks
      .flatMap((block) => runs(text, block, edge - 20, edge + 30))
      .filter((run) => run.marked)
      .map((run) => run.text)
      .join("");
    expect(marked).toBe(text.slice(edge - 20, edge + 30));
  });

  it("marks nothing when the range lies elsewhere", () => {
    const block = { start: 0, end: 5, page: null };
    expect(runs("hello", block, 9, 12)).toEqual([{ text: "hello", marked: false }]);
  });
});
