// node mock/serve.mjs [--empty] [--indexing] [--open] [--port N]
import { startMock } from "./core.mjs";

const has = (flag) => process.argv.includes(flag);
const port = has("--port") ? Number(process.argv[process.argv.indexOf("--port") + 1]) : 4599;
const core = await startMock({
  port,
  pace: 30,
  empty: has("--empty"),
  indexing: has("--indexing"),
  open: has("--open"),
});
console.log(`The pretend core listens on ${core.url}`);
console.log(`Sign in: ${core.url}/#code=${core.newCode()}`);
console.log(`With npm run dev beside it: http://localhost:4600/#code=${core.newCode()}`);
