import { describe, expect, it } from "vitest";
import { CodePointIndex } from "./codepoints";

describe("CodePointIndex", () => {
  it("is the identity where no character is astral", () => {
    const index = new CodePointIndex("naïve — plain");
    expect(index.length).toBe(13);
    expect([0, 4, 13].map((point) => index.toUnit(point))).toEqual([0, 4, 13]);
  });

  it("finds the cited words behind emoji, musical signs and combined flags", () => {
    const text = "🔥🇩🇪 𝄞 the deposit is 2 400 €, paid 🙂.";
    const points = [...text];
    const quote = "the deposit is 2 400 €";
    const start = points.join("").split(quote)[0]!;
    const from = [...start].length;
    const index = new CodePointIndex(text);
    const cited = text.slice(index.toUnit(from), index.toUnit(from + [...quote].length));
    expect(cited).toBe(quote);
  });

  it("agrees with a plain walk at every offset of a long mixed text", () => {
    const text = "ab🙂c𝄞—".repeat(900);
    const index = new CodePointIndex(text);
    let unit = 0;
    let point = 0;
    for (const character of text) {
      expect(index.toUnit(point)).toBe(unit);
      expect(index.toPoint(unit)).toBe(point);
      if (character.length === 2) expect(index.toPoint(unit + 1)).toBe(point);
      unit += character.length;
      point++;
    }
    expect(index.length).toBe(point);
    expect(index.toUnit(point)).toBe(text.length);
  });

  it("stays inside the text for offsets that are too large or negative", () => {
    const index = new CodePointIndex("a🙂");
    expect(index.toUnit(-3)).toBe(0);
    expect(index.toUnit(99)).toBe(3);
    expect(index.toPoint(99)).toBe(2);
  });

  it("counts a lone surrogate as one", () => {
    const index = new CodePointIndex("a\uD83Db🙂");
    expect(index.length).toBe(4);
    expect(index.toUnit(3)).toBe(3);
  });

  it("indexes several megabytes in a blink", () => {
    const text = "The meter stood at 48 213 kWh 🔌 that morning.\n".repeat(90_000);
    const began = performance.now();
    const index = new CodePointIndex(text);
    expect(index.toUnit(index.length - 1)).toBe(text.length - 1);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
