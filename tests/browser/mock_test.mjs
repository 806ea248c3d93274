// What only the pretend core can show: broken streams, a core that stops, a first start, huge files.
import assert from "node:assert/strict";
import { answered, ask, core as startCore, openPage, signIn } from "./browser.mjs";
import { suite } from "./suite.mjs";

const check = suite();

check("Esc and the button stop an answer, and the connection with it", async ({ page, mock }) => {
  for (const stop of ["Escape", "button"]) {
    const before = mock.stopped;
    await ask(page, `mock: slow ${stop}`);
    await page
      .locator("article.answer.last .prose")
      .getByText(/very long answer/)
      .waitFor();
    if (stop === "Escape") await page.keyboard.press("Escape");
    else await page.getByRole("button", { name: "Stop the answer" }).click();
    await page.getByText("You stopped the answer here.").last().waitFor();
    await page.getByRole("button", { name: "Ask", exact: true }).waitFor();
    const deadline = Date.now() + 5000;
    while (mock.stopped === before && Date.now() < deadline) await page.evaluate(() => 0);
    assert.equal(mock.stopped, before + 1);
  }
});

check("the answer is in the page before it is complete", async ({ page }) => {
  await ask(page, "mock: slow please");
  const answer = page.locator("article.answer.last");
  await answer
    .locator(".prose")
    .getByText(/very long answer/)
    .waitFor();
  assert.equal(await answer.getAttribute("data-state"), "streaming");
  assert.equal(await answer.getAttribute("aria-busy"), "true");
  await page.keyboard.press("Escape");
});

check("a broken answer is told kindly and can be asked again", async ({ page }) => {
  await ask(page, "mock: break");
  await page.getByRole("alert").getByText("The model stopped while it was writing.").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("alert").getByText("The model stopped while it was writing.").waitFor();
  await page.getByRole("button", { name: "New chat" }).first().click();
  await ask(page, "mock: unavailable");
  await page.getByRole("alert").getByText("is starting again").waitFor();
});

check("code is coloured and copied, and a table stands", async ({ page }) => {
  await ask(page, "What does the backup script do?");
  const answer = await answered(page);
  await answer.getByText("Written by qwen2.5-1.5b-instruct, checked").waitFor();
  await answer.locator(".hljs-keyword").first().waitFor();
  assert.equal(await answer.locator("table td").count(), 4);
  await answer.getByRole("button", { name: "Copy code" }).click();
  await page.getByText("Code copied").waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^for file in folder/);
  await answer.getByRole("button", { name: "Copy", exact: true }).click();
  await page.getByText("Answer copied").waitFor();
  assert.match(
    await page.evaluate(() => navigator.clipboard.readText()),
    /\n\n\[1\] backup\.py \(/,
  );
  await answer.locator(".cite").first().click();
  await page.getByText("Source 1 of 2").waitFor();
  await page.keyboard.press("]");
  await page.getByText("Source 2 of 2").waitFor();
  await page.waitForFunction(
    () => document.querySelector("mark.quote")?.textContent === "KEEP_DAYS = 30",
  );
});

check("pages of a document are shown, and the cited one is named", async ({ page }) => {
  await ask(page, "Which colour must the walls have when they are handed back?");
  const answer = await answered(page);
  await answer.locator(".source", { hasText: "Page 3" }).first().click();
  const panel = page.getByLabel("Passage", { exact: true });
  await panel.locator("header").getByText("Page 3").waitFor();
  await panel.locator(".page", { hasText: "Page 2" }).waitFor();
  await page.waitForFunction(() =>
    /chalk white/.test(document.querySelector("mark.quote")?.textContent ?? ""),
  );
});

check("a document of megabytes opens at once and keeps a small page", async ({ page }) => {
  await ask(page, "Which model is the greenhouse thermostat that Ingrid replaced?");
  const answer = await answered(page);
  const began = Date.now();
  await answer.locator(".source", { hasText: "QX-7700" }).first().click();
  const mark = page.locator("mark.quote", { hasText: "QX-7700" });
  await mark.waitFor();
  assert.ok(Date.now() - began < 3000, `took ${Date.now() - began} ms`);
  await page.waitForFunction(() => {
    const box = document.querySelector(".passage .text").getBoundingClientRect();
    const mark = document.querySelector("mark.quote").getBoundingClientRect();
    return mark.top >= box.top && mark.bottom <= box.bottom;
  });
  const blocks = () => page.locator(".passage [data-block]").count();
  assert.ok((await blocks()) < 30);
  const text = page.locator(".passage .text");
  for (let i = 0; i < 30; i++) {
    const last = await page.locator(".passage [data-block]").last().getAttribute("data-block");
    await text.evaluate((element) => (element.scrollTop = element.scrollHeight));
    await page.waitForFunction(
      (was) => [...document.querySelectorAll(".passage [data-block]")].at(-1).dataset.block !== was,
      last,
    );
  }
  assert.ok((await blocks()) < 30, `${await blocks()} blocks are in the page`);
  await page.getByRole("button", { name: "Beginning" }).click();
  await text.getByText("00:00 🌡️ room 0 reads", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "The passage", exact: true }).click();
  await mark.waitFor();
});

check("folders are added, watched live and removed", async ({ page, url, mock }) => {
  await page.goto(`${url}/#/library`);
  await page.getByRole("button", { name: "Add a folder" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a folder" });
  await dialog.getByLabel("Path on this machine").fill("notes");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByRole("alert").getByText("is not an absolute path").waitFor();
  await dialog.getByLabel("Path on this machine").fill("/home/ada/recipes");
  await dialog.getByLabel("Collection").fill("kitchen");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  const card = page.getByRole("article", { name: "/home/ada/recipes" });
  await card.getByText("kitchen").waitFor();

  const source = mock.sources.find(({ path }) => path === "/home/ada/recipes");
  source.progress = {
    files_done: 25,
    files_total: 100,
    bytes_done: 250_000,
    bytes_total: 1_000_000,
    bytes_per_second: 50_000,
    seconds_left: 15,
    listing: false,
    idle: false,
  };
  mock.broadcast("progress", source.progress);
  await card.getByText("25 of 100 files").waitFor();
  await card.getByText("about 15 s left").waitFor();
  assert.equal(await card.getByRole("progressbar").getAttribute("aria-valuenow"), "25");

  await card.getByRole("button", { name: /^Remove/ }).click();
  await page
    .getByRole("dialog", { name: /Remove “recipes”/ })
    .getByRole("button", { name: "Remove" })
    .click();
  await card.waitFor({ state: "detached" });
});

check(
  "a folder lists its documents and its problems, and opens a document",
  async ({ page, url }) => {
    await page.goto(`${url}/#/library`);
    await page.getByRole("link", { name: "Documents", exact: true }).click();
    await page.locator(".document", { hasText: "Grandma's dumplings" }).click();
    await page.getByLabel("Passage", { exact: true }).getByText("Let the dough rest").waitFor();
    await page.keyboard.press("Escape");
    await page
      .getByRole("navigation", { name: "In this folder" })
      .getByRole("link", { name: /Problems/ })
      .click();
    await page.getByText("The file is protected by a password.").waitFor();
  },
);

check("where pages may not make tokens, the terminal's command is shown", async ({ page, url }) => {
  await page.goto(`${url}/#/settings`);
  await page.getByText("hearth token my-editor").waitFor();
  assert.equal(await page.getByRole("button", { name: "Make a token" }).count(), 0);
});

check("a token is made, shown once and revoked", async ({ page, url, mock }) => {
  mock.options.owner = true;
  await page.goto(`${url}/#/settings`);
  await page.getByLabel("Name of the program").fill("note taker!");
  await page.getByRole("button", { name: "Make a token" }).click();
  await page
    .getByRole("alert")
    .getByText(/letters, digits/)
    .waitFor();
  await page.getByLabel("Name of the program").fill("note-taker");
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByText(/^hearth_[0-9a-f]+$/).waitFor();
  await page.getByRole("button", { name: "Revoke note-taker" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByRole("button", { name: "Revoke note-taker" }).waitFor({ state: "detached" });
  assert.equal(await page.getByText(/^hearth_[0-9a-f]+$/).count(), 0);
});

check("a hostile answer does nothing", async ({ page, mock }) => {
  const honest = mock.answerFor;
  mock.answerFor = (...args) => ({
    ...honest.apply(mock, args),
    mode: "generated",
    model: "<img src=x onerror=window.hacked=1>",
    note: "<script>window.hacked=1</script>",
    answer:
      "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'> " +
      "[press](javascript:window.hacked=1) ![x](https://tracker.example/p.png) " +
      "<iframe src='https://tracker.example'></iframe> <a href='javascript:window.hacked=1'>go</a> done [1]",
  });
  try {
    await ask(page, "How much is the deposit?");
    const answer = await answered(page);
    await answer.getByText("press").click();
    const bad = "#app img, #app iframe, #app script, #app [onerror], #app a[href^='javascript']";
    assert.equal(await page.locator(bad).count(), 0);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  } finally {
    mock.answerFor = honest;
  }
});

check("a link in an answer leads away only after its address was shown", async (stage) => {
  const { page, context, mock } = stage;
  const seen = [];
  await context.route(/bank\.example|evil\.example/, async (route) => {
    seen.push({ url: route.request().url(), headers: route.request().headers() });
    await route.fulfill({ contentType: "text/html", body: "<title>away</title>" });
  });
  const honest = mock.answerFor;
  mock.answerFor = (...args) => ({
    ...honest.apply(mock, args),
    answer:
      "See [https://bank.example](https://bank.example@evil.example/?rent=900) or " +
      "[mail us](mailto:a@evil.example?subject=rent) done [1]",
  });
  try {
    await ask(page, "How much is the deposit?");
    const answer = await answered(page);
    const link = answer.getByRole("link", { name: "https://bank.example" });
    assert.match(await link.getAttribute("rel"), /noopener noreferrer/);
    const dialog = page.getByRole("dialog", { name: "Leave Hearth?" });
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());

    for (const press of [
      () => link.click(),
      () => link.click({ button: "middle" }),
      () => link.click({ modifiers: ["Control"] }),
    ]) {
      await press();
      await dialog.getByText("evil.example", { exact: true }).waitFor();
      await dialog.getByText("https://bank.example@evil.example/?rent=900").waitFor();
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await dialog.waitFor({ state: "detached" });
    }
    assert.equal(context.pages().length, 1, "a link was followed without asking");

    await link.focus();
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    assert.equal(await focused(), "Cancel");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await focused(), "https://bank.example");

    await answer.getByRole("link", { name: "mail us" }).click();
    const mail = page.getByRole("dialog", { name: "Write a mail?" });
    await mail.getByText("mailto:a@evil.example?subject=rent").waitFor();
    await page.keyboard.press("Escape");
    assert.equal(context.pages().length, 1);
    assert.deepEqual(seen, []);

    await link.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Open");
    const [opened] = await Promise.all([
      context.waitForEvent("page"),
      page.keyboard.press("Enter"),
    ]);
    await opened.waitForLoadState();
    assert.equal(opened.url(), "https://bank.example@evil.example/?rent=900");
    assert.equal(await opened.evaluate(() => window.opener === null), true);
    assert.equal(await opened.evaluate(() => document.referrer), "");
    assert.equal(seen[0].headers.referer, undefined);
    await dialog.waitFor({ state: "detached" });
  } finally {
    mock.answerFor = honest;
  }
});

check("an address that cannot be decoded shows the chat, not a blank page", async (stage) => {
  const { page, url } = stage;
  await page.goto("about:blank");
  await page.goto(`${url}/#/chat/%E0%A4%A`);
  await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
  await page.goto(`${url}/#/library/%`);
  await page.getByLabel("Search your library").waitFor();
});

check("a model that is being checked is not said to be installed", async ({ page, url }) => {
  let state = "checking";
  await page.route("**/api/v1/models", async (route) => {
    const response = await route.fetch();
    const { models } = await response.json();
    for (const model of models.filter(({ role }) => role === "embedder")) {
      Object.assign(model, { state, installed: state !== "checking", resident: false });
    }
    await route.fulfill({ response, json: { models } });
  });
  await page.goto(`${url}/#/settings`);
  const embedder = page.getByRole("listitem").filter({ hasText: "bge-small-en-v1.5" });
  await embedder.getByText("Being checked").waitFor();
  assert.equal(await embedder.getByText(/Installed|Not installed/).count(), 0);
  state = "ready";
  await embedder.getByText("Installed", { exact: true }).waitFor();
});

check("a file that changed since is said to have changed", async ({ page, mock }) => {
  await ask(page, "When do the painters come?");
  const answer = await answered(page);
  const letter = mock.documents.find(({ path }) => path.endsWith("landlord.eml"));
  const before = letter.text;
  letter.text = `A new line in front.\n${before}`;
  try {
    await answer.locator(".source").first().click();
    await page.getByText("the words moved").waitFor();
    assert.match(await page.locator("mark.quote").innerText(), /painters come on 9 April/);
  } finally {
    letter.text = before;
  }
});

check(
  "a session that ends leads to the way in, and a code leads back",
  async ({ page, browser }) => {
    void page;
    const target = await startCore();
    const state = await signIn(browser, target);
    const own = await openPage(browser, target.url, { storageState: state });
    await own.page.goto(`${target.url}/`);
    await own.page.locator("#main").waitFor();
    target.mock.forgetSessions();
    await ask(own.page, "Anything?");
    await own.page.getByRole("heading", { name: "Come in" }).waitFor();
    await own.page.goto(`${target.url}/#code=${target.code()}`);
    await own.page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
    assert.ok(!own.page.url().includes("code="));
    await own.finish();
    await target.close();
  },
);

check(
  "a core that stops is noticed, and found again when it is back",
  async ({ page, browser }) => {
    void page;
    const first = await startCore({ open: true });
    const port = first.mock.options.port;
    const own = await openPage(browser, first.url);
    await own.page.goto(`${first.url}/`);
    await own.page.locator("#main").waitFor();
    await first.close();
    const banner = own.page.getByText("The core is not running.");
    await banner.waitFor();
    const second = await startCore({ open: true, port });
    await banner.waitFor({ state: "detached", timeout: 20_000 });
    await ask(own.page, "When do the painters come?");
    await answered(own.page);
    await own.finish();
    await second.close();
  },
);

check("the first start invites to add a folder", async ({ page, browser }) => {
  void page;
  const target = await startCore({ empty: true, open: true });
  const own = await openPage(browser, target.url);
  await own.page.goto(`${target.url}/`);
  await own.page.getByRole("link", { name: "Add a folder" }).click();
  const dialog = own.page.getByRole("dialog", { name: "Add a folder" });
  await dialog.getByLabel("Path on this machine").fill("/home/ada/Documents");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await own.page.getByRole("article", { name: "/home/ada/Documents" }).waitFor();
  await own.finish();
  await target.close();
});

check(
  "nothing moves for a person who asked for less motion",
  async ({ page }) => {
    await ask(page, "When do the painters come?");
    const answer = await answered(page);
    await answer.locator(".source").first().click();
    await page.locator("mark.quote").waitFor();
    const longest = await page.evaluate(() =>
      Math.max(
        0,
        ...[...document.querySelectorAll("*")].flatMap((element) => {
          const style = getComputedStyle(element);
          return [style.animationDuration, style.transitionDuration].flatMap((durations) =>
            durations
              .split(",")
              .map((one) => parseFloat(one) * (one.trim().endsWith("ms") ? 1 : 1000)),
          );
        }),
      ),
    );
    assert.ok(longest <= 10, `something moves for ${longest} ms`);
  },
  { reducedMotion: "reduce" },
);
