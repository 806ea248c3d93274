import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, hearth, setWitness, Unreachable } from "./client";

const heard: string[] = [];

function answerWith(response: () => Response | Promise<Response>) {
  const fake = vi.fn<typeof fetch>(async () => response());
  vi.stubGlobal("fetch", fake);
  return fake;
}

function stream(...events: [string, unknown][]): Response {
  const text = events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  return new Response(text.join(""), { headers: { "Content-Type": "text/event-stream" } });
}

beforeEach(() => {
  heard.length = 0;
  setWitness({
    reached: () => heard.push("reached"),
    unreachable: () => heard.push("unreachable"),
    signedOut: () => heard.push("signed out"),
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("the client", () => {
  it("sends its half of the session from the sign-in to the sign-out", async () => {
    const fake = answerWith(() => new Response('{"key":"half"}'));
    await hearth.signIn("code");
    await hearth.rename(7, "New");
    await hearth.conversations();
    await hearth.signOut();
    await hearth.conversations();
    const sent = fake.mock.calls.map(([path, init]) => [
      path,
      init?.method,
      (init?.headers as Record<string, string>)["X-Hearth"],
    ]);
    expect(sent).toEqual([
      ["/api/v1/session", "POST", undefined],
      ["/api/v1/conversations/7", "PATCH", "half"],
      ["/api/v1/conversations", "GET", "half"],
      ["/api/v1/session", "DELETE", "half"],
      ["/api/v1/conversations", "GET", undefined],
    ]);
  });

  it("leaves empty filters out of the address and escapes the others", async () => {
    const fake = answerWith(() => new Response('{"hits":[]}'));
    await hearth.search(
      { q: "a&b é", type: "text/", collection: "", explain: true },
      new AbortController().signal,
    );
    expect(fake.mock.calls[0]?.[0]).toBe("/api/v1/search?q=a%26b+%C3%A9&type=text%2F&explain=true");
  });

  it("gives the core's own words for a refusal", async () => {
    const error = { code: "conflict", message: "It was added already.", retryable: false };
    answerWith(() => new Response(JSON.stringify({ error }), { status: 409 }));
    const failure = await hearth.addSource("/a", "").catch((caught: unknown) => caught);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ ...error, status: 409 });
    expect(heard).toEqual(["reached"]);
  });

  it("survives an error page that is not JSON", async () => {
    answerWith(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    await expect(hearth.status()).rejects.toMatchObject({ status: 502, retryable: true });
  });

  it("tells of a lost session, and of a core that is away", async () => {
    answerWith(() => new Response("{}", { status: 401 }));
    await expect(hearth.status()).rejects.toBeInstanceOf(ApiError);
    answerWith(() => Promise.reject(new TypeError("Failed to fetch")));
    await expect(hearth.status()).rejects.toBeInstanceOf(Unreachable);
    expect(heard).toEqual(["reached", "signed out", "unreachable"]);
  });

  it("reads the events of an answer and passes over those it does not know", async () => {
    answerWith(() =>
      stream(
        ["status", { stage: "searching" }],
        ["weather", { sunny: true }],
        ["text", { text: "Two months" }],
        ["error", { code: "unavailable", message: "It stopped.", retryable: true }],
      ),
    );
    const events = [];
    const asked = hearth.ask({ question: "?" }, new AbortController().signal);
    for await (const event of asked) events.push(event);
    expect(events).toEqual([
      { kind: "status", stage: "searching" },
      { kind: "text", text: "Two months" },
      { kind: "error", code: "unavailable", message: "It stopped." },
    ]);
  });
});
