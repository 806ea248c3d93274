import { describe, expect, it } from "vitest";
import type { Citation } from "../api/types";
import { escapeHtml } from "./escape";
import { answerForClipboard, renderMarkdown } from "./markdown";

function citation(n: number, more: Partial<Citation> = {}): Citation {
  return {
    n,
    document: n,
    source: 1,
    path: `/home/ada/lease-${n}.pdf`,
    title: `Lease ${n}`,
    heading: null,
    start: 0,
    end: 5,
    page: null,
    quote: "quote",
    score: 1,
    ...more,
  };
}

function render(text: string, citations: Citation[] = []): HTMLElement {
  const host = document.createElement("div");
  host.innerHTML = renderMarkdown(text, citations, escapeHtml);
  return host;
}

describe("citations in Markdown", () => {
  it("become buttons that name their source", () => {
    const host = render("Two months [1], paid [2, 3].", [
      citation(1, { page: 4 }),
      citation(2),
      citation(3),
    ]);
    const buttons = [...host.querySelectorAll("button.cite")];
    expect(buttons.map((button) => button.getAttribute("data-cite"))).toEqual(["1", "2", "3"]);
    expect(buttons[0]?.getAttribute("aria-label")).toBe("Source 1: Lease 1, page 4");
  });

  it("stay text when no such source exists, and inside code", () => {
    const host = render("See [7] and `array[1]`.", [citation(1)]);
    expect(host.querySelector("button.cite")).toBeNull();
    expect(host.textContent?.trim()).toBe("See [7] and array[1].");
  });

  it("leave a link with a number as its text alone", () => {
    const host = render("[1](https://example.org/)", [citation(1)]);
    expect(host.querySelector("a")?.getAttribute("href")).toBe("https://example.org/");
    expect(host.querySelector("button.cite")).toBeNull();
  });

  it("cannot break out of their label", () => {
    const host = render("x [1]", [citation(1, { title: '"><img src=x onerror=alert(1)>' })]);
    expect(host.querySelector("img")).toBeNull();
    expect(host.querySelectorAll("button")).toHaveLength(1);
  });
});

describe("hostile Markdown", () => {
  const attacks = [
    "<script>window.hacked = 1</script>",
    '<img src=x onerror="window.hacked = 1">',
    "<svg onload=window.hacked=1></svg>",
    '<iframe src="javascript:window.hacked=1"></iframe>',
    "[click](javascript:window.hacked=1)",
    "[click](  JaVaScRiPt:window.hacked=1)",
    "[click](data:text/html,<script>1</script>)",
    "[click](vbscript:x)",
    "<a href='javascript:1'>x</a>",
    "![picture](https://tracker.example/pixel.png)",
    "![picture](javascript:1)",
    '<form action="https://evil.example"><button>Sign in</button></form>',
    "<style>body { display: none }</style>",
    '<div style="position:fixed;inset:0">x</div>',
    "<base href='https://evil.example/'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=1>",
    '```"><img src=x onerror=1>\ncode\n```',
    '[x](https://a.example "\\" onmouseover=window.hacked=1 x=\\"")',
  ];
  for (const attack of attacks) {
    it(`does nothing: ${attack.slice(0, 48)}`, () => {
      const host = render(`Before ${attack}\n\n${attack}\n\nafter`);
      const forbidden = "script,img,svg,iframe,style,form,base,math,object,embed,link,meta";
      expect(host.querySelector(forbidden)).toBeNull();
      for (const element of host.querySelectorAll("*")) {
        for (const attribute of element.attributes) {
          expect(attribute.name).not.toMatch(/^on|^style$|^src/);
        }
      }
      for (const anchor of host.querySelectorAll("a")) {
        expect(anchor.getAttribute("href")).toMatch(/^(https?:|mailto:)/);
        expect(anchor.rel).toContain("noopener");
      }
      expect(host.textContent).toContain("Before");
    });
  }

  it("shows raw HTML as text, so nothing the file says is hidden", () => {
    expect(render("a <b>bold</b> claim").textContent?.trim()).toBe("a <b>bold</b> claim");
  });
});

describe("code blocks", () => {
  it("carry their language, a copy button and colours", () => {
    const host = document.createElement("div");
    host.innerHTML = renderMarkdown(
      "```Python title=x\nprint('<b>')\n```",
      [],
      (code, language) => `<span class="hljs-${language}">${escapeHtml(code)}</span>`,
    );
    expect(host.querySelector(".code-bar span")?.textContent).toBe("python");
    expect(host.querySelector(".hljs-python")?.textContent).toBe("print('<b>')");
    expect(host.querySelector("[data-copy]")?.getAttribute("aria-label")).toBe("Copy code");
  });
});

describe("answerForClipboard", () => {
  it("lists the sources below the answer", () => {
    expect(answerForClipboard("Two months [1].\n", [citation(1, { page: 2 })])).toBe(
      "Two months [1].\n\n[1] Lease 1, page 2 (/home/ada/lease-1.pdf)",
    );
  });
});
