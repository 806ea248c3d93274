/**
 * The core counts Unicode code points; JavaScript counts UTF-16 units. Past the first astral
 * character the two differ, and a citation would light up the wrong words.
 */

const kStride = 1024;

/** Converts between the two counts for one text; built in one pass, asked in constant time. */
export class CodePointIndex {
  /** Unit offset of every 1024th code point. */
  readonly #marks: number[] = [0];
  readonly length: number;
  readonly #text: string;
  readonly #plain: boolean;

  constructor(text: string) {
    this.#text = text;
    let points = 0;
    for (let unit = 0; unit < text.length; unit += width(text, unit)) {
      if (points > 0 && points % kStride === 0) this.#marks.push(unit);
      points++;
    }
    this.length = points;
    this.#plain = points === text.length;
  }

  /** The UTF-16 offset of a code point; beyond the text, its end. */
  toUnit(point: number): number {
    if (point <= 0) return 0;
    if (point >= this.length) return this.#text.length;
    if (this.#plain) return point;
    const mark = Math.floor(point / kStride);
    let unit = this.#marks[mark] ?? 0;
    for (let at = mark * kStride; at < point; at++) unit += width(this.#text, unit);
    return unit;
  }

  /** The code point that a UTF-16 offset falls in. */
  toPoint(unit: number): number {
    if (unit <= 0) return 0;
    if (unit >= this.#text.length) return this.length;
    if (this.#plain) return unit;
    const mark = this.#markBefore(unit);
    let at = this.#marks[mark] ?? 0;
    let point = mark * kStride;
    while (at + width(this.#text, at) <= unit) {
      at += width(this.#text, at);
      point++;
    }
    return point;
  }

  #markBefore(unit: number): number {
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#marks[middle] ?? 0) <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Units of the code point at `unit`: 2 for a surrogate pair; a lone surrogate counts as one. */
function width(text: string, unit: number): 1 | 2 {
  const lead = text.charCodeAt(unit);
  if (lead < 0xd800 || lead > 0xdbff) return 1;
  const trail = text.charCodeAt(unit + 1);
  return trail >= 0xdc00 && trail <= 0xdfff ? 2 : 1;
}
