/**
 * Markdown of answers to HTML that may be shown. The text comes from models and from files of
 * unknown origin, so raw HTML is shown as text, nothing is ever fetched, and the result is
 * sanitised once more against a short list of elements.
 */
import DOMPurify from "dompurify";
import { Marked, type Tokens } from "marked";
import type { Citation } from "../api/types";
import { escapeHtml } from "./escape";

export type CodeColours = (code: string, language: string) => string;

interface CiteToken extends Tokens.Generic {
  type: "cite";
  raw: string;
  numbers: number[];
}

const kSafeLink = /^(https?:|mailto:)/i;
const kAllowedTags = (
  "p br hr em strong del code pre blockquote ul ol li h1 h2 h3 h4 h5 h6 " +
  "table thead tbody tr th td a span button div input"
).split(" ");
const kAllowedAttributes =
  "href target rel class type title data-cite data-copy aria-label start checked disabled align".split(
    " ",
  );

function citeButton(number: number, citation: Citation): string {
  const page = citation.page ? `, page ${citation.page}` : "";
  const label = `Source ${number}: ${citation.title || citation.path}${page}`;
  return (
    `<button type="button" class="cite" data-cite="${number}"` +
    ` title="${escapeHtml(label)}" aria-label="${escapeHtml(label)}">${number}</button>`
  );
}

function link(href: string, inner: string): string {
  if (!kSafeLink.test(href.trim())) return inner;
  return (
    `<a href="${escapeHtml(href.trim())}" target="_blank" rel="noopener noreferrer nofollow">` +
    `${inner}</a>`
  );
}

function codeBlock(text: string, language: string, colours: CodeColours): string {
  const name = language.split(/[\s{]/)[0]?.toLowerCase() ?? "";
  const label = name === "" ? "text" : escapeHtml(name);
  return (
    `<div class="code"><div class="code-bar"><span>${label}</span>` +
    `<button type="button" class="code-copy" data-copy="code" aria-label="Copy code">Copy</button>` +
    `</div><pre><code>${name === "" ? escapeHtml(text) : colours(text, name)}</code></pre></div>`
  );
}

function build(citations: ReadonlyMap<number, Citation>, colours: CodeColours): Marked {
  return new Marked({
    gfm: true,
    breaks: false,
    extensions: [
      {
        name: "cite",
        level: "inline",
        start: (source) => {
          const at = source.search(/\[\d/);
          return at < 0 ? undefined : at;
        },
        tokenizer(source): CiteToken | undefined {
          const match = /^\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?![(:])/.exec(source);
          if (!match) return undefined;
          const numbers = (match[1] ?? "").split(",").map(Number);
          if (!numbers.every((number) => citations.has(number))) return undefined;
          return { type: "cite", raw: match[0], numbers };
        },
        renderer(token) {
          return (token as CiteToken).numbers
            .map((number) => citeButton(number, citations.get(number)!))
            .join("");
        },
      },
    ],
    renderer: {
      html: ({ text }) => escapeHtml(text),
      image: ({ text, href }) => link(href, escapeHtml(text || "image")),
      link({ href, tokens }) {
        return link(href, this.parser.parseInline(tokens));
      },
      code: ({ text, lang }) => codeBlock(text, lang ?? "", colours),
      table(token) {
        const row = (cells: Tokens.TableCell[]) =>
          `<tr>${cells.map((cell) => this.tablecell(cell)).join("")}</tr>`;
        return (
          `<div class="table"><table><thead>${row(token.header)}</thead>` +
          `<tbody>${token.rows.map(row).join("")}</tbody></table></div>`
        );
      },
    },
  });
}

/** Gives HTML in which `[n]` of a known citation is a button with `data-cite="n"`. */
export function renderMarkdown(
  text: string,
  citations: readonly Citation[],
  colours: CodeColours,
): string {
  const known = new Map(citations.map((citation) => [citation.n, citation]));
  const html = build(known, colours).parse(text, { async: false });
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: kAllowedTags,
    ALLOWED_ATTR: kAllowedAttributes,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP: kSafeLink,
    // The pattern above is for addresses; the others hold plain words.
    ADD_URI_SAFE_ATTR: kAllowedAttributes.filter((name) => name !== "href"),
  });
}

/** The answer as plain Markdown to paste elsewhere: marks stay, the sources follow as a list. */
export function answerForClipboard(text: string, citations: readonly Citation[]): string {
  if (citations.length === 0) return text.trim();
  const sources = citations.map((citation) => {
    const page = citation.page ? `, page ${citation.page}` : "";
    return `[${citation.n}] ${citation.title || citation.path}${page} (${citation.path})`;
  });
  return `${text.trim()}\n\n${sources.join("\n")}`;
}
