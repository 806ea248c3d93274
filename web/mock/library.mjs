// The documents of the pretend core: the browser tests' library, a lease with pages, a huge log.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../tests/browser/library/", import.meta.url));

const mediaTypes = {
  ".md": "text/markdown",
  ".txt": "text/plain",
  ".html": "text/html",
  ".eml": "message/rfc822",
  ".csv": "text/csv",
  ".py": "text/x-python",
};

const leasePages = [
  `RESIDENTIAL LEASE AGREEMENT

between Lindqvist Homes AB (the landlord) and Ada Berger (the tenant), for the flat at 14 Harbour Street, second floor, left.

1. Term

The lease begins on 1 September 2023 and runs without a fixed end. Either side may end it in writing with three months' notice to the end of a month.

2. Rent

The rent is 1,120 euros a month, due on the third working day. It includes heating and water, but not electricity.
`,
  `3. Deposit

The tenant pays a deposit of 2,400 euros in two parts. The deposit is kept in a separate account and its interest belongs to the tenant.

4. Pets

One cat or one dog up to 20 kilograms may be kept without asking. Other animals need the landlord's written consent, which must not be refused without a reason.

5. Subletting

A room may be sublet for up to twelve months if the landlord has been told a month before.
`,
  `6. Repairs

Repairs below 90 euros each, and at most 250 euros a year, are borne by the tenant. Everything above is the landlord's.

7. Handing back

Walls are handed back in the colour they had, which is chalk white, number 9010. The keys are handed back against a receipt.

Signed on 20 August 2023 in two copies.
`,
];

function hugeLog() {
  const lines = [];
  for (let i = 0; i < 46_000; i++) {
    const hour = String(Math.floor(i / 60) % 24).padStart(2, "0");
    const minute = String(i % 60).padStart(2, "0");
    lines.push(
      `${hour}:${minute} 🌡️ room ${(i * 7) % 40} reads ${18 + (i % 50) / 10} degrees, door shut`,
    );
    if (i === 31_415) {
      lines.push(
        "The greenhouse thermostat was replaced by Ingrid with model QX-7700 after the frost.",
      );
    }
  }
  return lines.join("\n") + "\n";
}

function readText(path, type) {
  const raw = readFileSync(path, "utf8");
  if (type === "text/html") {
    return raw
      .replace(/<(script|style|title)[\s\S]*?<\/\1>/g, "")
      .replace(/<[^>]+>/g, "")
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/\n\s*\n\s*/g, "\n\n")
      .trim();
  }
  return type === "message/rfc822" ? raw.slice(raw.indexOf("\n\n") + 2) : raw;
}

function title(path, text, type) {
  if (type === "text/markdown") return text.split("\n")[0].replace(/^#\s*/, "");
  if (type === "message/rfc822") return /^Subject: (.*)$/m.exec(readFileSync(path, "utf8"))[1];
  if (type === "text/html") return /<title>(.*?)<\/title>/.exec(readFileSync(path, "utf8"))[1];
  return relative(folder, path).split("/").pop();
}

function walk(at) {
  return readdirSync(at)
    .sort()
    .flatMap((name) => {
      const path = join(at, name);
      return statSync(path).isDirectory() ? walk(path) : [path];
    });
}

/** Every document: {id, source, path, title, media_type, text, pages, collection, date_ms}. */
export function documents() {
  const base = "/home/ada/";
  const day = Date.UTC(2025, 2, 2);
  const found = walk(folder).map((path, i) => {
    const type = mediaTypes[extname(path)] ?? "text/plain";
    const text = readText(path, type);
    const inside = relative(folder, path);
    return {
      source: inside.startsWith("mail/") ? 2 : 1,
      path: base + (inside.startsWith("mail/") ? inside : `Documents/${inside}`),
      title: title(path, text, type),
      media_type: type,
      text,
      pages: [],
      date_ms: day - i * 9 * 86_400_000,
    };
  });
  let at = 0;
  const pages = leasePages.map((page) => {
    const start = at;
    at += [...page].length;
    return start;
  });
  found.push({
    source: 1,
    path: `${base}Documents/house/lease-harbour-street.pdf`,
    title: "Residential lease agreement",
    media_type: "application/pdf",
    text: leasePages.join(""),
    pages,
    date_ms: Date.UTC(2023, 7, 20),
  });
  found.push({
    source: 1,
    path: `${base}Documents/house/greenhouse-sensor-log.txt`,
    title: "greenhouse-sensor-log.txt",
    media_type: "text/plain",
    text: hugeLog(),
    pages: [],
    date_ms: Date.UTC(2024, 0, 11),
  });
  return found.map((document, i) => ({
    ...document,
    id: i + 1,
    collection: document.source === 2 ? "mail" : "home",
  }));
}

export const scripted = {
  question: /backup script/i,
  path: "backup.py",
  quote: 'for file in folder.rglob("*.jpg"):',
  second: "KEEP_DAYS = 30",
  text: `The nightly script copies every new photo to the **blue disk** and leaves what is there alone [1].

\`\`\`python
for file in folder.rglob("*.jpg"):
    goal = TARGET / file.relative_to(folder)
    if not goal.exists():
        shutil.copy2(file, goal)
\`\`\`

| setting | value |
|---|---|
| target | \`/mnt/blue/photos\` |
| kept for | 30 days [2] |

- It gives back the number of files that were copied.
- A photo that exists at the target is not copied again [1].
`,
};
