/** Addresses are in the fragment, so the core serves one page only: #/chat/7, #/library?q=boiler. */

export type View = "chat" | "library" | "settings";

export interface Route {
  view: View;
  /** What follows the view: a conversation or a source. */
  id: string | null;
  query: URLSearchParams;
}

const kViews: readonly string[] = ["chat", "library", "settings"];

/** An address may be typed or sent by anyone: what cannot be decoded is no text. */
export function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

export function parseRoute(hash: string): Route {
  const [path = "", words = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view = "", id = ""] = path.split("/");
  return {
    view: kViews.includes(view) ? (view as View) : "chat",
    id: decoded(id) || null,
    query: new URLSearchParams(words),
  };
}

export function formatRoute(view: View, id?: string | number | null, query?: URLSearchParams) {
  const words = query?.toString();
  const tail = id === undefined || id === null ? "" : `/${encodeURIComponent(String(id))}`;
  return `#/${view}${tail}${words ? `?${words}` : ""}`;
}

/** The one-time code of `#code=…`, which `hearth open` puts into the address. */
export function codeIn(hash: string): string | null {
  return /^#\/?code=([^&]+)/.exec(hash)?.[1] ?? null;
}

class Router {
  route = $state.raw<Route>(parseRoute(location.hash));

  constructor() {
    addEventListener("hashchange", () => {
      if (!codeIn(location.hash)) this.route = parseRoute(location.hash);
    });
  }

  go(view: View, id?: string | number | null, query?: URLSearchParams): void {
    location.hash = formatRoute(view, id, query);
  }

  /** Changes the address without a step in the history. */
  replace(view: View, id?: string | number | null, query?: URLSearchParams): void {
    history.replaceState(history.state, "", formatRoute(view, id, query));
    this.route = parseRoute(location.hash);
  }
}

export const router = new Router();
