// Writes FILE.gz and FILE.br beside each file of dist/ that gets at least a tenth smaller; the core serves what
// the browser takes.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("dist/", import.meta.url));
const packed = /\.(gz|br|woff2|png)$/;
const worthIt = 0.9;

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
const forms = { gz: (bytes) => gzipSync(bytes, { level: 9 }), br: brotli };

let before = 0;
let after = 0;
for (const name of readdirSync(dist, { recursive: true })) {
  const path = join(dist, name);
  if (packed.test(name) || !statSync(path).isFile()) continue;
  const bytes = readFileSync(path);
  before += bytes.length;
  let best = bytes.length;
  for (const [suffix, compress] of Object.entries(forms)) {
    const small = compress(bytes);
    if (small.length < bytes.length * worthIt) writeFileSync(`${path}.${suffix}`, small);
    else rmSync(`${path}.${suffix}`, { force: true });
    best = Math.min(best, small.length);
  }
  after += best;
}
console.log(`compressed: ${(before / 1024).toFixed(0)} kB -> ${(after / 1024).toFixed(0)} kB`);
