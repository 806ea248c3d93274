/** Code colours. The highlighter is large, so it is fetched when the first code block appears. */
import { escapeHtml } from "./escape";

type Highlighter = (typeof import("highlight.js/lib/common"))["default"];

let highlighter = $state.raw<Highlighter | null>(null);
let asked = false;
const done = new Map<string, string>();
const kRemembered = 64;
const kLongest = 60_000;

async function fetchHighlighter(): Promise<void> {
  asked = true;
  try {
    highlighter = (await import("highlight.js/lib/common")).default;
  } catch {
    // Without colours the code is still there to read; the next block tries again.
    asked = false;
  }
}

/** Safe HTML for a code block; plain until the highlighter has come, then coloured by itself. */
export function highlight(code: string, language: string): string {
  if (!highlighter) {
    if (!asked) void fetchHighlighter();
    return escapeHtml(code);
  }
  if (!highlighter.getLanguage(language) || code.length > kLongest) return escapeHtml(code);
  const key = `${language}\n${code}`;
  let html = done.get(key);
  if (html === undefined) {
    html = highlighter.highlight(code, { language, ignoreIllegals: true }).value;
    if (done.size >= kRemembered) done.delete(done.keys().next().value ?? "");
    done.set(key, html);
  }
  return html;
}
