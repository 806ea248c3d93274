/** The search of the library: what is asked lives in the address, so that it can be kept and shared. */
import { hearth, isAbort } from "../api/client";
import type { SearchResult } from "../api/types";
import { kindly, type Kindly } from "../state/kindly";
import { router, type Route } from "../state/router.svelte";
import { untrack } from "svelte";

export interface Filters {
  collection: string;
  type: string;
  since: string;
}

export const kinds: { type: string; label: string }[] = [
  { type: "", label: "Any kind" },
  { type: "application/pdf", label: "PDF" },
  { type: "text/", label: "All text" },
  { type: "text/markdown", label: "Markdown" },
  { type: "text/html", label: "Web pages" },
  { type: "message/rfc822", label: "Mail" },
  { type: "application/epub+zip", label: "Books" },
  {
    type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    label: "Word",
  },
  { type: "application/vnd.oasis.opendocument.text", label: "OpenDocument" },
  { type: "text/csv", label: "Tables" },
];

const kTypingPause = 180;
const kHits = 20;

export class Search {
  words = $state("");
  filters = $state<Filters>({ collection: "", type: "", since: "" });
  result = $state.raw<SearchResult | null>(null);
  failure = $state.raw<Kindly | null>(null);
  running = $state(false);
  /** What `result` answers: marks follow it, not the box that is being typed in. */
  asked = $state("");
  #stop: AbortController | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;

  get active(): boolean {
    return this.words.trim() !== "";
  }

  /** Takes over what the address says; the browser's back button comes this way. */
  follow(route: Route): void {
    if (route.view !== "library") return;
    untrack(() => {
      const get = (name: string) => route.query.get(name) ?? "";
      const same = get("q") === this.words.trim();
      const filters = { collection: get("collection"), type: get("type"), since: get("since") };
      const sameFilters = JSON.stringify(filters) === JSON.stringify($state.snapshot(this.filters));
      if (same && sameFilters) return;
      this.words = get("q");
      this.filters = filters;
      void this.run();
    });
  }

  typed(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.changed(), kTypingPause);
  }

  changed(): void {
    clearTimeout(this.#pause);
    const query = new URLSearchParams();
    if (this.active) {
      query.set("q", this.words.trim());
      for (const [name, value] of Object.entries(this.filters)) if (value) query.set(name, value);
    }
    router.replace("library", this.active ? null : router.route.id, query);
    void this.run();
  }

  async run(): Promise<void> {
    this.#stop?.abort();
    this.failure = null;
    if (!this.active) {
      this.result = null;
      this.running = false;
      return;
    }
    const stop = new AbortController();
    this.#stop = stop;
    this.running = true;
    const asked = this.words.trim();
    try {
      const query = { q: asked, k: kHits, explain: true, ...$state.snapshot(this.filters) };
      const result = await hearth.search(query, stop.signal);
      if (stop.signal.aborted) return;
      this.result = result;
      this.asked = asked;
      this.running = false;
    } catch (error) {
      if (isAbort(error) || stop.signal.aborted) return;
      this.failure = kindly(error);
      this.running = false;
    }
  }
}
