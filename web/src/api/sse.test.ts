import { describe, expect, it } from "vitest";
import { readEvents, SseParser, type SseEvent } from "./sse";

function parse(...pieces: string[]): SseEvent[] {
  const parser = new SseParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

describe("SseParser", () => {
  it("gives an event when its blank line has come, and not before", () => {
    const parser = new SseParser();
    expect(parser.push('event: text\ndata: {"text":"a"}\n')).toEqual([]);
    expect(parser.push("\n")).toEqual([{ event: "text", data: '{"text":"a"}' }]);
  });

  it("gives the same events however the bytes are cut", () => {
    const wire = "event: a\r\ndata: 1\r\n\r\n: ping\r\rdata:2\rdata:  3\r\r\nevent: b\ndata\n\n";
    const whole = parse(wire);
    expect(whole).toEqual([
      { event: "a", data: "1" },
      { event: "message", data: "2\n 3" },
      { event: "b", data: "" },
    ]);
    expect(parse(...wire)).toEqual(whole);
    for (let cut = 1; cut < wire.length; cut++) {
      expect(parse(wire.slice(0, cut), wire.slice(cut))).toEqual(whole);
    }
  });

  it("ignores comments, unknown fields, a byte order mark and an event without data", () => {
    expect(parse("\uFEFF: hello\nid: 7\nretry: 10\nevent: x\n\ndata: y\n\n")).toEqual([
      { event: "message", data: "y" },
    ]);
  });

  it("drops an event that the connection's end cut off", () => {
    expect(parse("data: whole\n\ndata: half")).toEqual([{ event: "message", data: "whole" }]);
  });
});

describe("readEvents", () => {
  it("joins characters that were cut between two pieces of the body", async () => {
    const bytes = new TextEncoder().encode("data: naïve 🔥\n\n");
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    const events: SseEvent[] = [];
    for await (const event of readEvents(body)) events.push(event);
    expect(events).toEqual([{ event: "message", data: "naïve 🔥" }]);
  });

  it("closes the connection when the reader leaves early", async () => {
    let closed = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
      cancel: () => {
        closed = true;
      },
    });
    for await (const event of readEvents(body)) {
      expect(event.data).toBe("1");
      break;
    }
    expect(closed).toBe(true);
  });
});
