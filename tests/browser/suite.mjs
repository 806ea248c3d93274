// One browser, one core, one sign-in for a file of tests.
import { after, before, test } from "node:test";
import { core, launch, openPage, signIn } from "./browser.mjs";

const only = process.env.HEARTH_TEST_ONLY;

/**
 * Gives `check(name, body, options)`: a test whose body gets a signed-in page. The page must have
 * done nothing forbidden when the body ends. All tests of a real core share one session, because a
 * code works once.
 */
let shared = null;

async function start() {
  const browser = await launch();
  const target = await core();
  const state = await signIn(browser, target);
  return { browser, target, state };
}

export function suite() {
  before(async () => {
    shared ??= start();
    await shared;
  });
  after(async () => {
    const stage = shared && (await shared);
    shared = null;
    await stage?.browser.close();
    await stage?.target.close();
  });
  return (name, body, options = {}) => {
    if (only && !name.includes(only)) return;
    test(name, async () => {
      const { browser, target, state } = await shared;
      const { page, context, finish, wrongs } = await openPage(browser, target.url, {
        storageState: state,
        ...options,
      });
      let failure;
      try {
        await page.goto(`${target.url}/`);
        if (!options.signedOut) await page.locator("#main").waitFor();
        await body({ page, context, wrongs, browser, ...target });
      } catch (error) {
        failure = error;
      }
      try {
        await finish();
      } catch (error) {
        failure = failure ? new AggregateError([failure, error], String(failure)) : error;
      }
      if (failure) throw failure;
    });
  };
}
