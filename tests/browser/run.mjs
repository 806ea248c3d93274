// The page in a real browser. Without an environment it starts the pretend core of web/mock; with
// HEARTH_TEST_URL and HEARTH_TEST_CODE it runs against a real core that has read tests/browser/library.
// CHROMIUM names the browser, HEARTH_TEST_ONLY a part of a test's name.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { real } from "./browser.mjs";

const built = fileURLToPath(new URL("../../web/dist/index.html", import.meta.url));
if (!real && !existsSync(built)) {
  console.error("web/dist is not there: run `npm run build` in web/ first.");
  process.exit(1);
}
if (real && !process.env.HEARTH_TEST_CODE) {
  console.error(
    "HEARTH_TEST_CODE is missing: `hearth open --print` or POST /api/v1/session/code gives one.",
  );
  process.exit(1);
}
await import("./page_test.mjs");
if (!real) await import("./mock_test.mjs");
