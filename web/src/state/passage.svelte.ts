/** The document beside the page: which passages can be walked through, and which one is open. */
import { hearth } from "../api/client";
import type { Citation, DocumentInfo, DocumentText, Hit, Id } from "../api/types";
import { blockAt, cutBlocks, pageAt, type Block } from "../text/blocks";
import { CodePointIndex } from "../text/codepoints";
import { kindly, type Kindly } from "./kindly";

export interface Place {
  label: string;
  document: Id;
  path: string;
  title: string;
  page: number | null;
  /** Code points, half open; null for a document without a cited range. */
  range: { start: number; end: number } | null;
  /** What stood there when it was cited; empty when nothing was. */
  quote: string;
}

export interface Located {
  /** UTF-16 units. */
  start: number;
  end: number;
  /** The file has changed since: the words were found elsewhere, or are gone. */
  changed: "no" | "moved" | "gone";
}

export const fromCitation = (citation: Citation): Place => ({
  label: `Source ${citation.n}`,
  document: citation.document,
  path: citation.path,
  title: citation.title,
  page: citation.page,
  range: { start: citation.start, end: citation.end },
  quote: citation.quote,
});

export const fromHit = (hit: Hit, rank: number): Place => ({
  label: `Result ${rank}`,
  document: hit.document,
  path: hit.path,
  title: hit.title,
  page: hit.page,
  range: { start: hit.start, end: hit.end },
  quote: hit.text,
});

export const fromDocument = (document: DocumentInfo): Place => ({
  label: "Document",
  document: document.id,
  path: document.path,
  title: document.title,
  page: null,
  range: null,
  quote: "",
});

/** A document's text, cut and indexed once. */
export class Reading {
  readonly text: string;
  readonly blocks: Block[];
  readonly pages: number[];
  readonly #index: CodePointIndex;

  constructor(readonly document: DocumentText) {
    this.text = document.text;
    this.#index = new CodePointIndex(this.text);
    this.pages = (document.pages ?? []).map((point) => this.#index.toUnit(point));
    this.blocks = cutBlocks(this.text, this.pages);
  }

  /** Where a cited range is in this text, also when the file has changed since. */
  locate(place: Pick<Place, "range" | "quote">): Located {
    if (!place.range) return { start: 0, end: 0, changed: "no" };
    const start = this.#index.toUnit(place.range.start);
    const end = this.#index.toUnit(place.range.end);
    if (!place.quote || this.text.slice(start, end) === place.quote) {
      return { start, end, changed: "no" };
    }
    const found = this.text.indexOf(place.quote);
    if (found < 0) return { start, end: start, changed: "gone" };
    return { start: found, end: found + place.quote.length, changed: "moved" };
  }

  blockOf(unit: number): number {
    return blockAt(this.blocks, unit);
  }

  pageOf(unit: number): number | null {
    return pageAt(this.pages, unit);
  }
}

const kKept = 4;

class Passage {
  places = $state.raw<Place[]>([]);
  at = $state(0);
  reading = $state.raw<Reading | null>(null);
  failure = $state.raw<Kindly | null>(null);
  #kept = new Map<string, Reading>();
  #opener: HTMLElement | null = null;

  get place(): Place | null {
    return this.places[this.at] ?? null;
  }

  show(places: Place[], at: number): void {
    if (!this.place && document.activeElement instanceof HTMLElement) {
      this.#opener = document.activeElement;
    }
    this.places = places;
    this.at = at;
    void this.load();
  }

  step(by: 1 | -1): void {
    const next = this.at + by;
    if (next < 0 || next >= this.places.length) return;
    this.at = next;
    void this.load();
  }

  close(): void {
    this.places = [];
    this.reading = null;
    this.failure = null;
    const opener = this.#opener;
    this.#opener = null;
    if (opener?.isConnected) opener.focus();
  }

  async load(): Promise<void> {
    const place = this.place;
    if (!place) return;
    const key = String(place.document);
    this.failure = null;
    this.reading = this.#kept.get(key) ?? null;
    if (this.reading) return;
    try {
      const reading = new Reading(await hearth.document(place.document));
      this.#kept.set(key, reading);
      if (this.#kept.size > kKept) this.#kept.delete(this.#kept.keys().next().value ?? "");
      if (this.place === place) this.reading = reading;
    } catch (error) {
      if (this.place === place) this.failure = kindly(error);
    }
  }

  /** What was read may have changed on disk: the next opening asks the core again. */
  forgetTexts(): void {
    this.#kept.clear();
  }
}

export const passage = new Passage();
