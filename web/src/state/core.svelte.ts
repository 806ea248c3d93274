/** What this page knows of the core: is it there, are we signed in, what is it doing. */
import { ApiError, hearth, isAbort, setWitness } from "../api/client";
import type { Source, Status } from "../api/types";
import { kindly, type Kindly } from "./kindly";
import { passage } from "./passage.svelte";
import { codeIn, decoded } from "./router.svelte";

export type Phase = "starting" | "ready" | "signed-out";

const kFirstPause = 500;
const kLongestPause = 8000;
const kRefreshEvery = 1000;

class Core {
  phase = $state<Phase>("starting");
  offline = $state(false);
  /** Why a one-time code was refused; empty when there was none. */
  refused = $state("");
  status = $state.raw<Status | null>(null);
  sources = $state.raw<Source[] | null>(null);
  /** Why the library could not be asked for; nothing when it could. */
  failure = $state.raw<Kindly | null>(null);

  #live: AbortController | null = null;
  #refreshing: ReturnType<typeof setTimeout> | null = null;
  #lastRefresh = 0;

  constructor() {
    setWitness({
      reached: () => {
        this.offline = false;
      },
      unreachable: () => {
        if (this.phase !== "signed-out") this.offline = true;
      },
      signedOut: () => {
        if (this.phase === "starting") return;
        this.#leave();
      },
    });
  }

  /** Collections that sources are in, by name. */
  get collections(): string[] {
    const names = (this.sources ?? []).map((source) => source.collection).filter(Boolean);
    return [...new Set(names)].sort((a, b) => a.localeCompare(b));
  }

  get busy(): boolean {
    return (this.sources ?? []).some((source) => source.progress && !source.progress.idle);
  }

  async start(): Promise<void> {
    addEventListener("hashchange", () => void this.#useCode());
    document.addEventListener("visibilitychange", () => this.#followVisibility());
    await this.#useCode();
    if (this.phase === "starting") await this.#enter();
  }

  async refresh(): Promise<void> {
    this.#lastRefresh = Date.now();
    try {
      const [status, sources] = await Promise.all([hearth.status(), hearth.sources()]);
      this.status = status;
      this.sources = sources;
      this.failure = null;
    } catch (error) {
      // A core that is away has its banner, and a lost session its page.
      if (error instanceof ApiError && error.status !== 401) this.failure = kindly(error);
    }
  }

  async signOut(): Promise<void> {
    try {
      await hearth.signOut();
    } finally {
      this.#leave();
    }
  }

  async #useCode(): Promise<void> {
    const code = codeIn(location.hash);
    if (!code) return;
    // The code leaves the address and the history before anything else can read it there.
    history.replaceState(null, "", location.pathname + location.search);
    try {
      await hearth.signIn(decoded(code) ?? code);
      this.refused = "";
      await this.#enter();
    } catch (error) {
      if (this.phase === "ready") return;
      await this.#enter();
      if (this.phase === "signed-out" && error instanceof ApiError) {
        this.refused =
          error.status === 429
            ? "There were too many wrong codes. Wait a minute."
            : "This code was used already, or it is too old.";
      }
    }
  }

  async #enter(): Promise<void> {
    let pause = kFirstPause;
    for (;;) {
      try {
        this.status = await hearth.status();
        break;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return this.#leave();
        this.offline = true;
        await new Promise((done) => setTimeout(done, pause));
        pause = Math.min(kLongestPause, pause * 2);
      }
    }
    this.phase = "ready";
    void this.refresh();
    this.#followVisibility();
  }

  #leave(): void {
    this.phase = "signed-out";
    this.offline = false;
    this.#live?.abort();
    this.#live = null;
  }

  /** A hidden page holds no connection: browsers allow six to one host, over all their tabs. */
  #followVisibility(): void {
    const wanted = this.phase === "ready" && document.visibilityState === "visible";
    if (wanted && !this.#live) {
      this.#live = new AbortController();
      void this.#follow(this.#live.signal);
    } else if (!wanted && this.#live) {
      this.#live.abort();
      this.#live = null;
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let pause = kFirstPause;
    while (!signal.aborted) {
      try {
        const events = hearth.live(signal);
        this.#refreshSoon();
        for await (const event of events) {
          pause = kFirstPause;
          if (event.event === "sources") passage.forgetTexts();
          if (event.event === "progress" || event.event === "sources") this.#refreshSoon();
        }
        // The core closed the stream: it is stopping, or it starts again.
      } catch (error) {
        if (isAbort(error) || (error instanceof ApiError && error.status === 401)) return;
      }
      await new Promise((done) => setTimeout(done, pause));
      pause = Math.min(kLongestPause, pause * 2);
    }
  }

  #refreshSoon(): void {
    if (this.#refreshing) return;
    const wait = Math.max(0, this.#lastRefresh + kRefreshEvery - Date.now());
    this.#refreshing = setTimeout(() => {
      this.#refreshing = null;
      void this.refresh();
    }, wait);
  }
}

export const core = new Core();
