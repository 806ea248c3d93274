/** The one place that speaks HTTP. Failures come out as ApiError or Unreachable, never as a bare TypeError. */
import { keepSessionKey, sessionKey } from "./session_key";
import { readEvents, type SseEvent } from "./sse";
import type * as api from "./types";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryable: boolean,
  ) {
    super(message);
  }
}

/** The core did not answer at all. */
export class Unreachable extends Error {
  constructor() {
    super("The core is not running.");
  }
}

/** What the rest of the page wants to hear about every request. */
export interface Witness {
  reached(): void;
  unreachable(): void;
  signedOut(): void;
}

let witness: Witness | null = null;

export function setWitness(next: Witness): void {
  witness = next;
}

type Query = Record<string, string | number | boolean | undefined>;

interface Options {
  body?: unknown;
  query?: Query;
  signal?: AbortSignal;
  accept?: string;
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function address(path: string, query?: Query): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== "") words.set(name, String(value));
  }
  const tail = words.toString();
  return tail ? `${path}?${tail}` : path;
}

async function toError(response: Response): Promise<ApiError> {
  const fallback = `The core answered ${response.status} ${response.statusText}`.trim() + ".";
  try {
    const { error } = (await response.json()) as {
      error?: { code?: string; message?: string; retryable?: boolean };
    };
    return new ApiError(
      response.status,
      error?.code ?? "unknown",
      error?.message ?? fallback,
      error?.retryable ?? response.status >= 500,
    );
  } catch {
    return new ApiError(response.status, "unknown", fallback, response.status >= 500);
  }
}

async function send(method: string, path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: options.accept ?? "application/json" };
  const key = sessionKey();
  if (key) headers["X-Hearth"] = key;
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  if (options.signal) init.signal = options.signal;
  let response: Response;
  try {
    response = await fetch(address(path, options.query), init);
  } catch (error) {
    if (isAbort(error)) throw error;
    witness?.unreachable();
    throw new Unreachable();
  }
  witness?.reached();
  if (response.ok) return response;
  if (response.status === 401) witness?.signedOut();
  throw await toError(response);
}

async function json<T>(method: string, path: string, options?: Options): Promise<T> {
  const response = await send(method, path, options);
  const text = await response.text();
  if (text.trim() === "") return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ApiError(response.status, "malformed", "The core's answer is not JSON.", true);
  }
}

async function* events(method: string, path: string, options: Options): AsyncGenerator<SseEvent> {
  const response = await send(method, path, { ...options, accept: "text/event-stream" });
  if (!response.body) throw new Unreachable();
  try {
    yield* readEvents(response.body);
  } catch (error) {
    if (isAbort(error)) throw error;
    witness?.unreachable();
    throw new Unreachable();
  }
}

function toAskEvent({ event, data }: SseEvent): api.AskEvent | null {
  const value: unknown = JSON.parse(data);
  switch (event) {
    case "status":
      return { kind: "status", ...(value as { stage: string }) };
    case "citation":
      return { kind: "citation", citation: value as api.Citation };
    case "text":
      return { kind: "text", ...(value as { text: string }) };
    case "answer":
      return { kind: "answer", answer: value as api.Answer };
    case "error": {
      // As an event of its own, or in the envelope that every failed request has.
      const { error, ...bare } = value as { error?: { code: string; message: string } };
      const { code = "", message = "" } = error ?? (bare as { code?: string; message?: string });
      return { kind: "error", code, message };
    }
    default:
      return null;
  }
}

const id = (value: api.Id) => encodeURIComponent(String(value));

export const hearth = {
  status: (signal?: AbortSignal) =>
    json<api.Status>("GET", "/api/v1/status", signal ? { signal } : {}),
  signIn: async (code: string) => {
    const { key } = await json<{ key: string }>("POST", "/api/v1/session", { body: { code } });
    keepSessionKey(key);
  },
  signOut: async () => {
    await json<unknown>("DELETE", "/api/v1/session");
    keepSessionKey("");
  },

  sources: async () => (await json<{ sources: api.Source[] }>("GET", "/api/v1/sources")).sources,
  addSource: (path: string, collection: string) =>
    json<api.Source>("POST", "/api/v1/sources", {
      body: collection ? { path, collection } : { path },
    }),
  removeSource: (source: api.Id) => json<unknown>("DELETE", `/api/v1/sources/${id(source)}`),
  documents: async (source: api.Id, offset: number, count: number) =>
    (
      await json<{ documents: api.DocumentInfo[] }>(
        "GET",
        `/api/v1/sources/${id(source)}/documents`,
        { query: { offset, count } },
      )
    ).documents,
  problems: async (source: api.Id) =>
    (
      await json<{ problems: api.Problem[] }>("GET", "/api/v1/problems", {
        query: { source: String(source) },
      })
    ).problems,
  document: (document: api.Id) =>
    json<api.DocumentText>("GET", `/api/v1/documents/${id(document)}`),
  search: (query: api.SearchQuery, signal: AbortSignal) =>
    json<api.SearchResult>("GET", "/api/v1/search", { query: { ...query }, signal }),

  conversations: async () =>
    (await json<{ conversations: api.ConversationInfo[] }>("GET", "/api/v1/conversations"))
      .conversations,
  newConversation: () => json<api.ConversationInfo>("POST", "/api/v1/conversations", { body: {} }),
  conversation: (conversation: api.Id) =>
    json<api.Conversation>("GET", `/api/v1/conversations/${id(conversation)}`),
  rename: (conversation: api.Id, title: string) =>
    json<unknown>("PATCH", `/api/v1/conversations/${id(conversation)}`, { body: { title } }),
  forget: (conversation: api.Id) =>
    json<unknown>("DELETE", `/api/v1/conversations/${id(conversation)}`),

  async *ask(question: api.Question, signal: AbortSignal): AsyncGenerator<api.AskEvent> {
    for await (const event of events("POST", "/api/v1/ask", { body: question, signal })) {
      const known = toAskEvent(event);
      if (known) yield known;
    }
  },
  live: (signal: AbortSignal) => events("GET", "/api/v1/events", { signal }),

  models: async () => (await json<{ models: api.Model[] }>("GET", "/api/v1/models")).models,
  doctor: async () => (await json<{ checks: api.Check[] }>("GET", "/api/v1/doctor")).checks,
  tokens: async () => (await json<{ tokens: api.Token[] }>("GET", "/api/v1/tokens")).tokens,
  newToken: (name: string) =>
    json<{ name: string; token: string }>("POST", "/api/v1/tokens", { body: { name } }),
  revokeToken: (name: string) =>
    json<unknown>("DELETE", `/api/v1/tokens/${encodeURIComponent(name)}`),
};
