// A browser, a core, and pages that fail on everything that should not happen.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { startMock } from "../../web/mock/core.mjs";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const given = process.env.HEARTH_TEST_URL;

/** True when the suite runs against a real core instead of the pretend one. */
export const real = given !== undefined;

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    headless: true,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** The core under test: its address, and a way to sign in. */
export async function core(options = {}) {
  if (!real) {
    const mock = await startMock({ pace: 4, ...options });
    return { url: mock.url, mock, code: () => mock.newCode(), close: () => mock.close() };
  }
  const url = given.replace(/\/$/, "");
  let once = process.env.HEARTH_TEST_CODE;
  const code = () => {
    const value = once;
    once = undefined;
    return value;
  };
  return { url, mock: null, code, close: async () => undefined };
}

/**
 * A page that remembers every request to another host, every violation of the content policy,
 * every error and every dialog. `finish` closes it and fails when there was one.
 */
export async function openPage(browser, url, options = {}) {
  const { storageState, ...rest } = options;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...(storageState && { storageState }),
    ...rest,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const wrongs = [];
  const host = new URL(url).host;
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.host !== host) wrongs.push(`request to another host: ${request.url()}`);
  });
  page.on("pageerror", (error) => wrongs.push(`error in the page: ${error.stack ?? error}`));
  page.on("dialog", (dialog) => {
    wrongs.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) wrongs.push(message.text());
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  const finish = async () => {
    await context.close();
    assert.deepEqual(wrongs, [], "the page did what it must not do");
  };
  return { page, context, finish, wrongs };
}

/** Signs in with a one-time code and gives the cookies, so that each page need not. */
export async function signIn(browser, { url, code }) {
  const { page, context, finish } = await openPage(browser, url);
  await page.goto(`${url}/#code=${code()}`);
  await page.getByRole("navigation", { name: "Views" }).waitFor();
  const state = await context.storageState();
  await finish();
  return state;
}

export async function ask(page, question) {
  await page.getByLabel("Your question").fill(question);
  await page.getByRole("button", { name: "Ask", exact: true }).click();
}

/** Waits until the last answer is complete, and gives it. */
export async function answered(page) {
  const answer = page.locator("article.answer.last[data-state='done']");
  await answer.waitFor({ timeout: 60_000 });
  return answer;
}
