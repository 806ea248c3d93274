import { describe, expect, it } from "vitest";
import { codeIn, formatRoute, parseRoute } from "./router.svelte";

describe("routes", () => {
  it("go into an address and come back", () => {
    const query = new URLSearchParams({ q: "boiler & pump", type: "text/" });
    const route = parseRoute(formatRoute("library", "a/b", query));
    expect(route.view).toBe("library");
    expect(route.id).toBe("a/b");
    expect(route.query.get("q")).toBe("boiler & pump");
    expect(route.query.get("type")).toBe("text/");
  });

  it("show the chat for an address nobody knows", () => {
    expect(parseRoute("#/nonsense/3").view).toBe("chat");
    expect(parseRoute("")).toMatchObject({ view: "chat", id: null });
  });

  it("show a view for an address that cannot be decoded", () => {
    expect(parseRoute("#/chat/%E0%A4%A")).toMatchObject({ view: "chat", id: null });
    expect(parseRoute("#/library/%")).toMatchObject({ view: "library", id: null });
    expect(parseRoute("#/library?q=%E0%A4%A").query.get("q")).toContain("\uFFFD");
  });

  it("know a one-time code", () => {
    expect(codeIn("#code=ab-12_Z")).toBe("ab-12_Z");
    expect(codeIn("#/chat/4")).toBeNull();
  });
});
