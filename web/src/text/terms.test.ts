import { describe, expect, it } from "vitest";
import { markTerms, snippet, termsOf } from "./terms";

const marked = (text: string, query: string) =>
  markTerms(text, termsOf(query))
    .filter((run) => run.marked)
    .map((run) => run.text);

describe("termsOf", () => {
  it("leaves small words out unless the query has no others", () => {
    expect(termsOf("What was the deposit of my flat?")).toEqual(["deposit", "flat"]);
    expect(termsOf("who is it")).toEqual(["who", "is", "it"]);
  });

  it("adds the words the index matched, once", () => {
    expect(termsOf("Kaution", ["deposit", "kaution"])).toEqual(["kaution", "deposit"]);
  });
});

describe("markTerms", () => {
  it("marks words regardless of case, accents and ending, and part numbers whole", () => {
    expect(
      marked("Deposits for the Café: XK-4471-B, not XK-44.", "deposit cafe xk-4471-b"),
    ).toEqual(["Deposits", "Café", "XK-4471-B"]);
  });

  it("does not mark a short word inside another", () => {
    expect(marked("category cat", "cat")).toEqual(["cat"]);
  });

  it("gives back the whole text", () => {
    const text = "The 🔥 boiler, model X.";
    expect(
      markTerms(text, ["boiler"])
        .map((run) => run.text)
        .join(""),
    ).toBe(text);
  });
});

describe("snippet", () => {
  it("shows the part that holds the words, cut between words", () => {
    const text =
      "filler words go here ".repeat(40) + "the boiler pressure is 1.5 bar " + "more ".repeat(90);
    const part = snippet(text, ["boiler", "pressure"]);
    expect(part).toContain("boiler pressure is 1.5 bar");
    expect(part.startsWith("… ")).toBe(true);
    expect(part.length).toBeLessThan(330);
  });

  it("shows a short text whole, on one line", () => {
    expect(snippet("one\n  two", [])).toBe("one two");
  });
});
