// The page's tests in a real browser against a real core: starts it from HEARTH_BIN_DIR in a home of its own, lets
// it read tests/browser/library and the samples, and signs in with the code that `hearth open` prints.
// With the name of another script here, `screenshots.mjs FOLDER`, it runs that instead.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { runningCore } from "../support/running_core.mjs";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));

// People's folders lie deep; the page must bear a path longer than its screen is wide.
const away = mkdtempSync(path.join(tmpdir(), "hearth-browser-"));
const library = path.join(
  away,
  "somebody",
  "Documents",
  "everything that was kept from the old computer",
  "library",
);
cpSync(folder("library"), library, { recursive: true });
const core = await runningCore();
const stop = () => core.stop().finally(() => rmSync(away, { recursive: true, force: true }));
try {
  await core.modelsReady();
  await core.hearth("add", library, "--collection", "browser");
  await core.hearth("add", folder("../../samples/library"), "--collection", "samples", "--wait");
  const address = new URL((await core.hearth("open", "--print")).trim());
  process.env.HEARTH_TEST_URL = address.origin;
  process.env.HEARTH_TEST_CODE = new URLSearchParams(address.hash.slice(1)).get("code");
} catch (error) {
  await stop();
  throw error;
}
// Imported here, because they look at the environment when they are loaded.
const [script] = process.argv.splice(2, 1);
if (script) {
  await import(folder(script)).finally(stop);
} else {
  after(stop);
  await import("./run.mjs");
}
