// The core under test: the one named by HEARTH_TEST_URL and HEARTH_TEST_TOKEN, else a fresh one
// started from HEARTH_BIN_DIR in a home of its own.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const START_MS = 30_000;

export async function runningCore() {
  const url = process.env.HEARTH_TEST_URL;
  if (url) return { url, token: process.env.HEARTH_TEST_TOKEN ?? "", stop: async () => {} };
  const program = path.join(process.env.HEARTH_BIN_DIR ?? "build/release", "hearth");
  if (!existsSync(program)) return null;
  const home = mkdtempSync(path.join(tmpdir(), "hearth-client-"));
  const core = spawn(program, ["serve"], {
    env: { ...process.env, HEARTH_HOME: home },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => core.once("exit", resolve));
  const stop = async () => {
    core.kill("SIGTERM");
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  const until = Date.now() + START_MS;
  const address = path.join(home, "run", "address");
  const token = path.join(home, "run", "token");
  while (!existsSync(address) || !existsSync(token)) {
    if (core.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error("hearth serve did not come up");
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const read = (file) => readFileSync(file, "utf8").trim();
  return { url: read(address), token: read(token), stop };
}
