// The core under test: the one named by HEARTH_TEST_URL and HEARTH_TEST_TOKEN, else a fresh one started from
// HEARTH_BIN_DIR in a home of its own. Without a program that is an error, never a skipped test.
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const kRoot = fileURLToPath(new URL("../..", import.meta.url));
// Deadlines are for hangs: a sanitized build on a busy machine is many times slower.
const kPatienceMs = 300_000;

export async function until(condition, what, patienceMs = kPatienceMs) {
  const end = Date.now() + patienceMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${patienceMs / 1000} s in vain for ${what}`);
    await sleep(50);
  }
}

/** `hearth(...words)` runs a command against this core and gives what it printed. */
export async function runningCore() {
  const given = process.env.HEARTH_TEST_URL;
  if (given) return new Core(given, process.env.HEARTH_TEST_TOKEN ?? "", null, async () => {});
  const folder = path.resolve(kRoot, process.env.HEARTH_BIN_DIR ?? "build/dev");
  const program = path.join(folder, "hearth");
  if (!existsSync(program))
    throw new Error(`${program} is not there: build it, or set HEARTH_BIN_DIR`);
  const home = mkdtempSync(path.join(tmpdir(), "hearth-client-"));
  const env = { ...process.env, HEARTH_HOME: home, HEARTH_KEYCHAIN: "off", HEARTH_EXAM: "off", NO_COLOR: "1" };
  const child = spawn(program, ["serve"], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    const patience = setTimeout(() => child.kill("SIGKILL"), 60_000);
    await ended;
    clearTimeout(patience);
    rmSync(home, { recursive: true, force: true });
  };
  const file = (name) => path.join(home, "run", name);
  try {
    await until(() => {
      if (child.exitCode !== null) throw new Error("hearth serve ended");
      return existsSync(file("address")) && existsSync(file("token"));
    }, "hearth serve to come up");
  } catch (error) {
    await stop();
    throw new Error(`${error.message}:\n${said}`);
  }
  const read = (name) => readFileSync(file(name), "utf8").trim();
  const run = promisify(execFile);
  const hearth = async (...words) => (await run(program, words, { env })).stdout;
  return new Core(read("address"), read("token"), hearth, stop);
}

class Core {
  constructor(url, token, hearth, stop) {
    Object.assign(this, { url: url.replace(/\/$/, ""), token, hearth, stop });
  }

  async get(target) {
    const response = await fetch(this.url + target, {
      headers: { Authorization: `Bearer ${this.token}` },
    });
    return response.json();
  }

  /** Waits until both models are there; they come from the cache that ./dev setup --models fills. */
  async modelsReady() {
    const wanted = ["bge-small-en-v1.5", "hearth"];
    const listed = async () => (await this.get("/v1/models")).data.map((model) => model.id);
    await until(
      async () => {
        const ids = await listed();
        if (!wanted.every((id) => ids.includes(id))) return false;
        // What is new is listed while it is still being checked.
        const { models } = await this.get("/api/v1/status");
        return models.chat.state !== "checking" && models.embedder.state !== "checking";
      },
      `${wanted.join(" and ")}; run ./dev setup --models`,
    );
  }
}
