// The page's tests in a real browser against a real core: starts it from HEARTH_BIN_DIR in a home of its own, lets
// it read tests/browser/library and the samples, and signs in with the code that `hearth open` prints.
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { runningCore } from "../support/running_core.mjs";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));

const core = await runningCore();
after(() => core.stop());
try {
  await core.modelsReady();
  await core.hearth("add", folder("library"), "--collection", "browser");
  await core.hearth("add", folder("../../samples/library"), "--collection", "samples", "--wait");
  const address = new URL((await core.hearth("open", "--print")).trim());
  process.env.HEARTH_TEST_URL = address.origin;
  process.env.HEARTH_TEST_CODE = new URLSearchParams(address.hash.slice(1)).get("code");
} catch (error) {
  await core.stop();
  throw error;
}
// Here, because it looks at the environment when it is loaded.
await import(process.argv[2] ? folder(process.argv[2]) : "./run.mjs");
