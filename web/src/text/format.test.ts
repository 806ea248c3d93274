import { describe, expect, it } from "vitest";
import { age, bytes, count, duration, fileName, folder, kind, percent, timeLeft } from "./format";

describe("format", () => {
  it("writes sizes with one useful digit", () => {
    expect([0, 999, 1000, 1536, 99_949, 999_600, 2.5e9].map(bytes)).toEqual([
      "0 B",
      "999 B",
      "1.0 kB",
      "1.5 kB",
      "99.9 kB",
      "1.0 MB",
      "2.5 GB",
    ]);
  });

  it("writes durations and the time left", () => {
    expect([0, 59, 61, 3600, 5400, 200_000].map(duration)).toEqual([
      "0 s",
      "59 s",
      "1 min",
      "1 h",
      "1 h 30 min",
      "2 days",
    ]);
    expect(timeLeft(null)).toBe("");
    expect(timeLeft(90)).toBe("about 2 min left");
  });

  it("keeps percentages between 0 and 100, also with nothing to do", () => {
    expect([percent(0, 0), percent(5, 4), percent(1, 4)]).toEqual([0, 100, 25]);
  });

  it("counts one and many", () => {
    expect([count(1, "file"), count(1204, "file")]).toEqual(["1 file", "1,204 files"]);
  });

  it("takes paths apart", () => {
    expect(fileName("/home/ada/notes/lease.pdf")).toBe("lease.pdf");
    expect(folder("/home/ada/notes/lease.pdf")).toBe("/home/ada/notes");
    expect(fileName("/home/ada/notes/")).toBe("notes");
    expect(fileName("C:\\docs\\a.txt")).toBe("a.txt");
  });

  it("groups by calendar day, not by 24 hours", () => {
    const now = new Date(2026, 4, 12, 0, 30).getTime();
    expect(age(now - 20 * 60_000, now)).toBe("Today");
    expect(age(now - 40 * 60_000, now)).toBe("Yesterday");
    expect(age(now - 3 * 86_400_000, now)).toBe("This week");
    expect(age(now - 30 * 86_400_000, now)).toBe("Earlier");
  });

  it("names kinds of files", () => {
    expect(
      [
        "application/pdf",
        "text/markdown",
        "message/rfc822",
        "text/x-python",
        "text/plain",
        "a/b",
      ].map(kind),
    ).toEqual(["PDF", "Markdown", "Mail", "Code", "Text", "File"]);
  });
});
