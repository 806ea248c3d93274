// What must hold against the pretend core and against a real one that has read tests/browser/library.
import assert from "node:assert/strict";
import { answered, ask, real } from "./browser.mjs";
import { suite } from "./suite.mjs";

const check = suite();
const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

/** The document's text between two code points, as the API gives it. */
async function cited(page, document, start, end) {
  return page.evaluate(
    async ([id, from, to]) => {
      const headers = { "X-Hearth": localStorage.getItem("hearth.session") };
      const response = await fetch(`/api/v1/documents/${id}`, { headers });
      return [...(await response.json()).text].slice(from, to).join("");
    },
    [document, start, end],
  );
}

/** The citations of the last answer of the conversation that is shown. */
async function citations(page) {
  const id = /#\/chat\/(\w+)/.exec(page.url())[1];
  return page.evaluate(async (conversation) => {
    const headers = { "X-Hearth": localStorage.getItem("hearth.session") };
    const response = await fetch(`/api/v1/conversations/${conversation}`, { headers });
    return (await response.json()).messages.at(-1).answer.citations;
  }, id);
}

async function marked(page) {
  await page.locator("mark.quote").first().waitFor();
  return (await page.locator("mark.quote").allTextContents()).join("");
}

async function noSidewaysScroll(page, where) {
  const width = await page.evaluate(() => {
    const wide = [...document.querySelectorAll("body *")].find((element) => {
      const style = getComputedStyle(element);
      const scrolls = ["auto", "scroll"].includes(style.overflowX);
      const own = scrolls && !["PRE", "DIV"].includes(element.tagName);
      return own && element.scrollWidth > element.clientWidth + 1;
    });
    return {
      page: document.documentElement.scrollWidth,
      window: innerWidth,
      wide: wide ? `${wide.tagName}.${wide.className}` : null,
    };
  });
  assert.ok(width.page <= width.window, `${where}: ${width.page} > ${width.window}`);
  assert.equal(width.wide, null, `${where} scrolls sideways`);
}

check(
  "the page is sent with a policy that lets nothing foreign in",
  async ({ page, url, wrongs }) => {
    const { headers } = await page.evaluate(async (address) => {
      const response = await fetch(address, { cache: "reload" });
      return { headers: Object.fromEntries(response.headers) };
    }, `${url}/`);
    const policy = headers["content-security-policy"];
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    // The browser's own words, and those of the listener that every page of these tests has.
    const said = [/following Content Security Policy/, /^Content Security Policy: script-src/].map(
      (words) => page.waitForEvent("console", (message) => words.test(message.text())),
    );
    const inline = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.head.append(script);
      return window.ran === true;
    });
    assert.equal(inline, false, "a script in the page ran");
    await Promise.all(said);
    assert.ok(wrongs.splice(0).length >= 2, "these tests do not see a violation");
  },
);

check("the cookie alone opens nothing", async ({ page }) => {
  const statuses = await page.evaluate(async () => {
    const ask = async (headers) => (await fetch("/api/v1/sources", { headers })).status;
    const key = localStorage.getItem("hearth.session");
    return [await ask({}), await ask({ "X-Hearth": "1" }), await ask({ "X-Hearth": key })];
  });
  assert.deepEqual(statuses, [401, 401, 200]);
});

check("the library says what it holds and that all of it was read", async ({ page, url }) => {
  await page.goto(`${url}/#/library`);
  const listed = await page.evaluate(async () => {
    const headers = { "X-Hearth": localStorage.getItem("hearth.session") };
    return (await (await fetch("/api/v1/sources", { headers })).json()).sources;
  });
  assert.ok(listed.length > 0);
  for (const { path, documents } of listed) {
    const card = page.getByRole("article", { name: path, exact: true });
    await card.waitFor();
    if (real) await card.getByText(`${documents} document`).waitFor();
  }
});

check("a question streams an answer with its sources, and survives a reload", async ({ page }) => {
  await ask(page, "How much is the deposit and when is it returned?");
  await page.locator("article.answer.last").waitFor();
  const answer = await answered(page);
  const text = await answer.locator(".prose").innerText();
  assert.match(text, /2,400/);
  await answer.getByText(/Quoted from your files|Written by .*, checked/).waitFor();
  assert.ok((await answer.locator(".source").count()) >= 1);
  assert.match(page.url(), /#\/chat\/\w+$/);

  await page.reload();
  const again = await answered(page);
  assert.equal(await again.locator(".prose").innerText(), text);
  await page.getByRole("heading", { name: /^You asked: How much is the deposit/ }).waitFor();
});

check("a citation opens its document and marks exactly the cited words", async ({ page }) => {
  await ask(page, "Where does the spare key of the cabin hang?");
  await answered(page);
  const [first] = await citations(page);
  await page.locator(`.prose .cite[data-cite="${first.n}"]`).first().click();
  const panel = page.getByLabel("Passage", { exact: true });
  await panel.waitFor();
  // The guest book is full of emoji: a count in UTF-16 units would mark other words.
  const shown = await marked(page);
  assert.equal(shown, await cited(page, first.document, first.start, first.end));
  assert.equal(shown, first.quote);
  assert.match(shown, /third woodpile/);
  await panel.getByText(first.path).waitFor();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
});

check("the whole way goes by keyboard alone", async ({ page }) => {
  await page.keyboard.press("c");
  await page.keyboard.type("What part number does the spare ignition electrode have?");
  await page.keyboard.press("Enter");
  await answered(page);
  const chip = page.locator(".prose .cite").first();
  for (let i = 0; i < 60; i++) {
    if (await chip.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press("Shift+Tab");
  }
  assert.ok(await chip.evaluate((element) => element === document.activeElement));
  const ring = await chip.evaluate((element) => getComputedStyle(element).outlineStyle);
  assert.equal(ring, "solid");
  await page.keyboard.press("Enter");
  assert.match(await marked(page), /XK-4471-B/);
  const panel = page.getByLabel("Passage", { exact: true });
  await page.waitForFunction(() => document.activeElement?.closest(".passage") !== null);
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  assert.ok(await chip.evaluate((element) => element === document.activeElement));

  await page.keyboard.press("/");
  await page.waitForFunction(() => document.activeElement?.id === "search");
  await page.keyboard.type("boiler pressure bar");
  await page.locator("#hit-0").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.activeElement?.id === "hit-0");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await marked(page);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.id === "hit-0");

  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("1");
  await page.getByLabel("Your question").waitFor();
});

check("says plainly when the files hold no answer", async ({ page }) => {
  await ask(page, "Which orchestra played at the coronation of the king of Tonga?");
  const answer = await answered(page);
  await answer.getByRole("heading", { name: "Nothing in your files answers this" }).waitFor();
  assert.equal(await answer.getByText("Quoted from your files").count(), 0);
});

check("search marks the words, explains itself and filters", async ({ page, url }) => {
  await page.goto(`${url}/#/library`);
  await page.getByLabel("Search your library").fill("XK-4471-B");
  const first = page.locator("#hit-0");
  await first.waitFor();
  assert.deepEqual(await first.locator("mark").allTextContents(), ["XK-4471-B"]);
  const why = page.getByRole("button", { name: "Why is this here?" }).first();
  await why.click();
  assert.equal(await why.getAttribute("aria-expanded"), "true");
  await page.getByText("By words").first().waitFor();
  await page.getByLabel("Kind of file").selectOption({ label: "Mail" });
  await page.waitForFunction(() => {
    const status = document.querySelector(".library [role=status]")?.textContent ?? "";
    const kinds = [...document.querySelectorAll(".library article .badge:first-child")];
    return /found|passage/.test(status) && kinds.every((badge) => badge.textContent === "Mail");
  });
  await page.reload();
  assert.equal(await page.getByLabel("Search your library").inputValue(), "XK-4471-B");
});

check("hostile Markdown and HTML in files do nothing", async ({ page, url }) => {
  for (const question of [
    "When does the Zanzibar ferry leave and from which pier?",
    "How do I book the Zanzibar ferry?",
    "When is the quokka fed and by whom?",
    "What do I write on the quokka board?",
  ]) {
    await page.getByRole("button", { name: "New chat" }).first().click();
    await ask(page, question);
    const answer = await answered(page);
    const chip = answer.locator(".source").first();
    if ((await chip.count()) === 0) continue;
    await chip.click();
    await marked(page);
    await page.getByRole("button", { name: "Close the passage" }).click();
  }
  await page.goto(`${url}/#/library?q=Zanzibar ferry`);
  await page.locator("#hit-0").click();
  await marked(page);
  const found = await page.evaluate(() => ({
    hacked: window.hacked,
    elements: document.querySelectorAll("#app img, #app iframe, #app script, #app [onerror]")
      .length,
    links: [...document.querySelectorAll("a")].filter((a) => /^\s*javascript:/i.test(a.href))
      .length,
  }));
  assert.deepEqual(found, { hacked: undefined, elements: 0, links: 0 });
});

check(
  "no view scrolls sideways on a phone of 360 pixels",
  async ({ page, url }) => {
    await noSidewaysScroll(page, "welcome");
    await ask(page, "How much is the deposit and when is it returned?");
    const answer = await answered(page);
    await noSidewaysScroll(page, "answer");
    await answer.locator(".source").first().click();
    await marked(page);
    await noSidewaysScroll(page, "passage");
    const box = await page.getByRole("dialog", { name: "Passage" }).boundingBox();
    assert.deepEqual([box.x, Math.round(box.width)], [0, 360]);
    const conversation = page.url();
    await page.goBack();
    await page.getByRole("dialog", { name: "Passage" }).waitFor({ state: "detached" });
    assert.equal(page.url(), conversation, "the back button closes the passage and no more");
    await answer.locator(".source").first().click();
    await marked(page);
    await page.getByRole("button", { name: "Close the passage" }).click();
    await page.getByRole("dialog", { name: "Passage" }).waitFor({ state: "detached" });
    assert.equal(page.url(), conversation);
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("dialog", { name: "Menu" }).getByRole("link", { name: "Library" }).click();
    await page.locator(".facts dd").first().waitFor();
    await noSidewaysScroll(page, "library");
    await page.goto(`${url}/#/library?q=boiler`);
    await page.getByRole("button", { name: "Why is this here?" }).first().click();
    await noSidewaysScroll(page, "search");
    await page.goto(`${url}/#/settings`);
    await page.getByRole("heading", { name: "This browser" }).waitFor();
    await noSidewaysScroll(page, "settings");
  },
  phone,
);

const luminance = `(color) => {
  const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((v) => {
    const c = v / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}`;

for (const colorScheme of ["light", "dark"]) {
  check(
    `colours follow the system and can be read: ${colorScheme}`,
    async ({ page }) => {
      await ask(page, "How long should the dumpling dough rest?");
      await answered(page);
      const weak = await page.evaluate((source) => {
        const shine = eval(source);
        const solid = (element) => {
          for (let at = element; at; at = at.parentElement) {
            const back = getComputedStyle(at).backgroundColor;
            if (!/, 0\)$|transparent/.test(back)) return back;
          }
          return getComputedStyle(document.documentElement).backgroundColor;
        };
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const poor = [];
        while (walker.nextNode()) {
          const element = walker.currentNode.parentElement;
          if (!walker.currentNode.data.trim() || element.closest("[disabled], .sr, option"))
            continue;
          const [a, b] = [getComputedStyle(element).color, solid(element)].map(shine);
          const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (contrast < 4.5)
            poor.push(`${walker.currentNode.data.trim()}: ${contrast.toFixed(2)}`);
        }
        return poor;
      }, luminance);
      assert.deepEqual(weak, []);
      const dark = await page.evaluate(() => document.documentElement.dataset.theme);
      assert.equal(dark, colorScheme);

      await page.locator("#main").focus();
      await page.keyboard.press("t");
      const other = colorScheme === "dark" ? "light" : "dark";
      await page.waitForFunction((name) => document.documentElement.dataset.theme === name, other);
      await page.reload();
      await page.waitForFunction((name) => document.documentElement.dataset.theme === name, other);
    },
    { colorScheme, bypassCSP: true },
  );
}

check("every control has a name, and ids are unique", async ({ page, url }) => {
  await ask(page, "When are the painters coming?");
  const answer = await answered(page);
  await answer.locator(".source").first().click();
  await marked(page);
  const look = () =>
    page.evaluate(() => {
      const named = (element) =>
        element.getAttribute("aria-label") ||
        element.textContent.trim() ||
        (element.getAttribute("aria-labelledby") ?? "") ||
        [...(element.labels ?? [])].map((label) => label.textContent.trim()).join("");
      const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
      return {
        nameless: [...document.querySelectorAll("button, a, input, select, textarea, [role]")]
          .filter((element) => !["status", "alert", "presentation"].includes(element.role ?? ""))
          .filter((element) => !named(element))
          .map((element) => element.outerHTML.slice(0, 120)),
        twice: ids.filter((id, i) => ids.indexOf(id) !== i),
      };
    });
  assert.deepEqual(await look(), { nameless: [], twice: [] });
  const ready = {
    library: ".facts dd",
    "library?q=rent": "#hit-0",
    settings: "[aria-busy=false] li",
  };
  for (const [view, sign] of Object.entries(ready)) {
    await page.goto(`${url}/#/${view}`);
    await page.locator(sign).first().waitFor();
    assert.deepEqual(await look(), { nameless: [], twice: [] }, view);
  }
});

check("a conversation can be renamed and deleted, after a question", async ({ page }) => {
  await ask(page, "How many dumplings does the bamboo steamer hold?");
  await answered(page);
  const list = page.getByLabel("Navigation");
  const own = list.locator("li.open");
  await own.hover();
  await own.getByRole("button", { name: /^Rename/ }).click();
  const name = `Steamer ${Date.now()}`;
  await list.getByLabel("New title").fill(name);
  await page.keyboard.press("Enter");
  await list.getByRole("link", { name }).waitFor();
  await own.hover();
  await own.getByRole("button", { name: /^Delete/ }).click();
  const dialog = page.getByRole("dialog", { name: /Delete this conversation/ });
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await list.getByRole("link", { name }).waitFor();
  await own.hover();
  await own.getByRole("button", { name: /^Delete/ }).click();
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await list.getByRole("link", { name }).waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
});

check(
  "signed out, the page says how to come in, and a used code is refused",
  async ({ page, url }) => {
    await page.getByText("hearth open").first().waitFor();
    await page.goto(`${url}/#code=not-a-code`);
    await page.getByRole("alert").waitFor();
    assert.ok(!page.url().includes("code="), "the code stays in the address");
  },
  { storageState: { cookies: [], origins: [] }, signedOut: true },
);
