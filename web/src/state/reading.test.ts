import { describe, expect, it } from "vitest";
import type { DocumentText, Message } from "../api/types";
import { toTurns } from "./chat.svelte";
import { Reading } from "./passage.svelte";

function reading(text: string, pages: number[] = []): Reading {
  const document: DocumentText = {
    id: 1,
    source: 1,
    path: "/a.txt",
    title: "a",
    media_type: "text/plain",
    text,
    pages,
  };
  return new Reading(document);
}

describe("Reading", () => {
  const text = "🏔️🔥 The spare key hangs behind the third woodpile. 🗝️ End.";
  const quote = "The spare key hangs behind the third woodpile.";
  const start = [...text.slice(0, text.indexOf(quote))].length;
  const range = { start, end: start + [...quote].length };

  it("finds a cited range that is given in code points", () => {
    const place = reading(text).locate({ range, quote });
    expect(text.slice(place.start, place.end)).toBe(quote);
    expect(place.changed).toBe("no");
  });

  it("finds the words again when the file has changed in front of them", () => {
    const edited = `A new first line. ${text}`;
    const place = reading(edited).locate({ range, quote });
    expect(edited.slice(place.start, place.end)).toBe(quote);
    expect(place.changed).toBe("moved");
  });

  it("marks nothing and says so when the words are gone", () => {
    const place = reading("Something else entirely.").locate({ range, quote });
    expect(place.end - place.start).toBe(0);
    expect(place.changed).toBe("gone");
  });

  it("knows the page of a place behind astral characters", () => {
    const pages = reading("🙂🙂🙂 one\ntwo", [0, 8]);
    expect(pages.pages).toEqual([0, 11]);
    expect(pages.pageOf(10)).toBe(1);
    expect(pages.pageOf(11)).toBe(2);
  });
});

describe("toTurns", () => {
  const message = (id: number, role: Message["role"], text: string): Message => ({
    id,
    role,
    text,
    created_ms: id,
  });

  it("pairs questions with answers, and keeps a question that was stopped", () => {
    const turns = toTurns([
      message(1, "user", "a?"),
      message(2, "user", "b?"),
      message(3, "assistant", "b."),
    ]);
    expect(turns.map(({ question, state, text }) => [question, state, text])).toEqual([
      ["a?", "stopped", ""],
      ["b?", "done", "b."],
    ]);
  });
});
