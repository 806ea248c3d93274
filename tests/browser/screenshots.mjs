// node tests/browser/screenshots.mjs FOLDER: pictures of every view, to look at. Of the pretend core, or
// of a real one with the samples: node tests/browser/run_core.mjs screenshots.mjs FOLDER.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { answered, ask, core, launch, openPage, real, signIn } from "./browser.mjs";

const folder = resolve(process.argv[2] ?? "build/screenshots");
const only = process.argv[3];
mkdirSync(folder, { recursive: true });
const browser = await launch();

const views = {
  desktop: { viewport: { width: 1360, height: 860 } },
  tablet: { viewport: { width: 900, height: 1100 } },
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
  },
  small: { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true },
};

const question = real
  ? "When does the boiler get its annual service?"
  : "How much is the deposit and when is it returned?";

const pretendScenes = {
  welcome: async () => undefined,
  chat: async (page) => {
    await ask(page, question);
    await answered(page);
  },
  code: async (page) => {
    await ask(page, "What does the backup script do?");
    await answered(page);
    await page.locator(".hljs-keyword").first().waitFor();
  },
  citation: async (page) => {
    await ask(page, question);
    await answered(page);
    await page.locator(".prose .cite").last().click();
    await page.locator("mark.quote").first().waitFor();
  },
  nothing: async (page) => {
    await ask(page, "Who repaired the boiler in the winter of 1987 and what did the chimney cost?");
    await answered(page);
  },
  failed: async (page) => {
    await ask(page, "mock: break");
    await page.getByRole("alert").waitFor();
  },
  library: async (page, url) => {
    await page.goto(`${url}/#/library`);
    await page.locator(".facts dd").first().waitFor();
  },
  search: async (page, url) => {
    await page.goto(`${url}/#/library?q=${real ? "boiler service" : "deposit rent euros"}`);
    await page.getByRole("button", { name: "Why is this here?" }).first().click();
  },
  source: async (page, url) => {
    await page.goto(`${url}/#/library/1`);
    await page.locator(".rows li").first().waitFor();
  },
  problems: async (page, url) => {
    await page.goto(`${url}/#/library/1?tab=problems`);
    await page.locator(".rows li").first().waitFor();
  },
  settings: async (page, url) => {
    await page.goto(`${url}/#/settings`);
    await page.getByRole("heading", { name: "tinyllama-1.1b-chat" }).waitFor();
  },
  settings2: async (page, url) => {
    await page.goto(`${url}/#/settings`);
    await page.getByRole("heading", { name: "This browser" }).scrollIntoViewIfNeeded();
  },
  shortcuts: async (page) =>
    page.keyboard.press("?").then(() => page.getByRole("dialog").waitFor()),
  add: async (page, url) => {
    await page.goto(`${url}/#/library?add=1`);
    await page.getByRole("dialog").waitFor();
  },
};

const realScenes = ["welcome", "chat", "citation", "nothing", "library", "search", "source"];
const scenes = real
  ? {
      ...Object.fromEntries(realScenes.map((name) => [name, pretendScenes[name]])),
      settings: async (page, url) => {
        await page.goto(`${url}/#/settings`);
        await page.locator("[aria-busy=false] li").first().waitFor();
      },
    }
  : pretendScenes;

async function shoot(name, view, scheme, target, scene, options = {}) {
  const file = `${name}-${view}-${scheme}`;
  if (only && !file.includes(only)) return;
  const { page, finish } = await openPage(browser, target.url, {
    ...views[view],
    colorScheme: scheme,
    reducedMotion: "reduce",
    ...options,
  });
  await page.goto(`${target.url}/`);
  try {
    if (options.storageState) await page.locator("#main").waitFor();
    await scene(page, target.url);
    await page.evaluate(() => document.fonts.ready);
    await page.waitForLoadState("networkidle", { timeout: 1000 }).catch(() => undefined);
  } catch (error) {
    console.error(`${file}: ${error}`);
  }
  await page.screenshot({ path: join(folder, `${file}.png`) });
  await finish().catch((error) => console.error(`${file}: ${error.message}`));
}

const full = await core({ indexing: true });
const empty = real ? null : await core({ empty: true });
const states = {
  full: await signIn(browser, full),
  empty: empty && (await signIn(browser, empty)),
};

for (const [view, scheme] of [
  ["desktop", "light"],
  ["desktop", "dark"],
  ["phone", "light"],
  ["phone", "dark"],
  ["tablet", "light"],
  ["small", "light"],
]) {
  for (const [name, scene] of Object.entries(scenes)) {
    await shoot(name, view, scheme, full, scene, { storageState: states.full });
  }
  if (empty) {
    const empties = { storageState: states.empty };
    const library = (page, url) => page.goto(`${url}/#/library`);
    await shoot("empty-chat", view, scheme, empty, async () => undefined, empties);
    await shoot("empty-library", view, scheme, empty, library, empties);
  }
  await shoot("sign-in", view, scheme, full, (page, url) =>
    page.goto(`${url}/#code=used`).then(() => page.getByRole("alert").waitFor()),
  );
}
await browser.close();
await full.close();
await empty?.close();
