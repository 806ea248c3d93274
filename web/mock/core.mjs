// A pretend core that speaks docs/api.md, for working on the page and for its browser tests.
import { randomUUID } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { documents, scripted } from "./library.mjs";
import { Index, passage } from "./search.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

class Refusal extends Error {
  constructor(status, code, message, retryable = false) {
    super(message);
    Object.assign(this, { status, code, retryable });
  }
}

const idle = (files, bytes) => ({
  files_done: files,
  files_total: files,
  bytes_done: bytes,
  bytes_total: bytes,
  bytes_per_second: 0,
  seconds_left: 0,
  listing: false,
  idle: true,
});

/**
 * Options: port, empty (no sources yet), pace (milliseconds between pieces of text),
 * open (no sign-in needed), owner (pages may make tokens), indexing (a source that is still being read).
 */
export async function startMock(options = {}) {
  const core = new MockCore({ port: 0, pace: 12, ...options });
  await core.listen();
  return core;
}

class MockCore {
  constructor(options) {
    this.options = options;
    this.codes = new Set();
    this.sessions = new Map();
    this.streams = new Set();
    this.stopped = 0;
    this.started = Date.now();
    this.nextId = 100;
    this.tokens = [{ name: "editor", created_ms: Date.now() - 86_400_000 * 12 }];
    this.conversations = [];
    this.documents = options.empty ? [] : documents();
    this.index = new Index(this.documents);
    this.sources = options.empty
      ? []
      : [this.source(1, "/home/ada/Documents", "home"), this.source(2, "/home/ada/mail", "mail")];
    if (options.indexing && this.sources[0]) this.beginIndexing(this.sources[0]);
    if (!options.empty) this.seedConversations();
  }

  async listen() {
    this.server = createServer((request, response) => this.handle(request, response));
    await new Promise((done) => this.server.listen(this.options.port, "127.0.0.1", done));
    this.options.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.options.port}`;
  }

  newCode() {
    const code = randomUUID();
    this.codes.add(code);
    return code;
  }

  async close() {
    clearInterval(this.timer);
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  /** Signs every page out, as a restart with a new session secret does. */
  forgetSessions() {
    this.sessions.clear();
  }

  // ---- data ----

  source(id, path, collection) {
    const own = this.documents.filter((document) => document.source === id);
    const bytes = own.reduce((sum, document) => sum + document.text.length, 0);
    return {
      id,
      kind: "folder",
      path,
      collection,
      added_ms: Date.now() - 86_400_000 * 3,
      documents: own.length,
      chunks: own.length * 6,
      problems: id === 1 ? 3 : 0,
      bytes,
      watching: true,
      note: null,
      progress: idle(own.length, bytes),
    };
  }

  beginIndexing(source) {
    const total = 18_400_000_00;
    let done = 0.31;
    const step = () => {
      done = Math.min(0.97, done + 0.002);
      source.progress = {
        files_done: Math.round(5210 * done),
        files_total: 5210,
        bytes_done: Math.round(total * done),
        bytes_total: total,
        bytes_per_second: 38_400_000,
        seconds_left: Math.round((total * (1 - done)) / 38_400_000),
        listing: false,
        idle: false,
      };
      this.broadcast("progress", source.progress);
    };
    step();
    this.timer = setInterval(step, 500);
    this.timer.unref();
  }

  seedConversations() {
    const day = 86_400_000;
    const add = (title, ago, question) => {
      const conversation = this.createConversation(title, Date.now() - ago);
      const answer = this.answerFor(question, {}, conversation.id);
      this.keep(conversation, question, answer);
      conversation.updated_ms = Date.now() - ago;
    };
    add(
      "What pressure should the boiler have?",
      0.02 * day,
      "What pressure should the boiler have?",
    );
    add("Pets in the lease", 1.1 * day, "May I keep a dog or a cat in the flat?");
    add("Grandma's dumplings", 9 * day, "Did grandma put garlic in the filling?");
  }

  createConversation(title, at = Date.now()) {
    const conversation = { id: this.nextId++, title, created_ms: at, updated_ms: at, messages: [] };
    this.conversations.push(conversation);
    return conversation;
  }

  keep(conversation, question, answer) {
    const now = Date.now();
    if (conversation.messages.length === 0 && !conversation.title) conversation.title = question;
    conversation.messages.push(
      { id: this.nextId++, role: "user", text: question, created_ms: now },
      { id: this.nextId++, role: "assistant", text: answer.answer, answer, created_ms: now },
    );
    conversation.updated_ms = now;
  }

  // ---- answers ----

  citation(n, found) {
    const { document } = found;
    return {
      n,
      document: document.id,
      source: document.source,
      path: document.path,
      title: document.title,
      heading: "",
      start: found.start,
      end: found.end,
      page: found.page,
      quote: found.quote,
      score: found.score,
    };
  }

  answerFor(question, filter, conversation) {
    const generated = scripted.question.test(question) && filter.mode !== "extractive";
    const keep = (document) => !filter.collection || document.collection === filter.collection;
    const found = this.index.find(question, keep, 4);
    const best = found[0]?.score ?? 0;
    const base = {
      sentences_dropped: 0,
      timings: { search_ms: 14, first_text_ms: 120, total_ms: 640 },
      conversation,
    };
    if (generated) {
      const document = this.documents.find(({ path }) => path.endsWith(scripted.path));
      const cite = (n, quote) => {
        const at = document.text.indexOf(quote);
        return this.citation(n, passage(document, at, at + quote.length, 0.9));
      };
      return {
        ...base,
        answer: scripted.text,
        found: true,
        mode: "generated",
        note: "One sentence was left out because no passage supports it.",
        citations: [cite(1, scripted.quote), cite(2, scripted.second)],
        model: "qwen2.5-1.5b-instruct",
        sentences_dropped: 1,
      };
    }
    const extractive = { ...base, mode: "extractive", model: "" };
    if (best < 0.45) {
      return {
        ...extractive,
        answer: "Nothing in your files answers this.",
        found: false,
        note: "",
        citations: found.slice(0, 3).map((passage, i) => this.citation(i + 1, passage)),
      };
    }
    const used = found.filter(({ score }) => score > best * 0.6).slice(0, 3);
    return {
      ...extractive,
      answer: used
        .map(({ quote }, i) => `${bold(quote.replace(/^[-#\s]+/, ""), i)} [${i + 1}]`)
        .join("\n\n"),
      found: true,
      note: "The chat model has not passed its exam, so these are your files' own words.",
      citations: used.map((passage, i) => this.citation(i + 1, passage)),
    };
  }

  async ask(request, response, body) {
    const question = String(body.question ?? "").trim();
    if (!question) throw new Refusal(400, "invalid", "The question is empty.");
    const conversation = body.conversation
      ? this.conversationById(body.conversation)
      : this.createConversation("");
    if (/^mock: unavailable/.test(question)) {
      throw new Refusal(503, "unavailable", "The worker that answers is starting again.", true);
    }
    const answer = this.answerFor(question, body, conversation.id);
    if (!(request.headers.accept ?? "").includes("text/event-stream")) {
      this.keep(conversation, question, answer);
      return this.json(response, answer);
    }
    const stream = this.stream(request, response);
    const pause = async (ms) => {
      await sleep(ms);
      return stream.open;
    };
    stream.send("status", { stage: "searching" });
    if (!(await pause(this.options.pace * 6))) return this.cut();
    if (/^mock: break/.test(question)) {
      stream.send("error", {
        code: "unavailable",
        message: "The model stopped while it was writing.",
      });
      return response.end();
    }
    stream.send("status", { stage: answer.mode === "generated" ? "writing" : "reading" });
    const slow = /^mock: slow/.test(question);
    const text = slow ? "A very long answer goes on and on. ".repeat(400) : answer.answer;
    const told = new Set();
    for (const piece of text.match(/\s*\S+\s*/g) ?? []) {
      for (const mark of piece.matchAll(/\[(\d+)\]/g)) {
        const citation = answer.citations.find(({ n }) => n === Number(mark[1]));
        if (citation && !told.has(citation.n)) stream.send("citation", citation);
        told.add(Number(mark[1]));
      }
      stream.send("text", { text: piece });
      if (!(await pause(this.options.pace))) return this.cut();
    }
    this.keep(conversation, question, answer);
    stream.send("answer", answer);
    response.end();
  }

  cut() {
    this.stopped++;
  }

  search(query) {
    const wanted = query.get("type") ?? "";
    const since = query.get("since") ? Date.parse(query.get("since")) : -Infinity;
    const collection = query.get("collection");
    const keep = (document) =>
      (!collection || document.collection === collection) &&
      (!wanted ||
        document.media_type === wanted ||
        (wanted.endsWith("/") && document.media_type.startsWith(wanted))) &&
      document.date_ms >= since;
    const words = query.get("q") ?? "";
    if (!words.trim()) throw new Refusal(400, "invalid", "Say what to look for: q is empty.");
    const hits = this.index.find(words, keep, Number(query.get("k") ?? 10)).map((found, i) => ({
      chunk: found.document.id * 1000 + i,
      document: found.document.id,
      source: found.document.source,
      path: found.document.path,
      title: found.document.title,
      media_type: found.document.media_type,
      collection: found.document.collection,
      heading: "",
      text: found.quote,
      start: found.start,
      end: found.end,
      page: found.page,
      date_ms: found.document.date_ms,
      score: found.score,
      similarity: 0.4 + found.score / 2,
      ...(query.get("explain") === "true" && {
        explanation: {
          keyword_rank: i + 1,
          keyword_score: 4 + 8 * found.score,
          matched_terms: found.matched,
          vector_rank: i + 2,
          similarity: 0.4 + found.score / 2,
          fused_score: found.score,
          summary: `Holds ${found.matched.map((word) => `“${word}”`).join(", ")}; also close in meaning.`,
        },
      }),
    }));
    return {
      hits,
      by_meaning: true,
      note: "",
      timings: { total_ms: 3.2, keyword_ms: 1, vector_ms: 1 },
    };
  }

  // ---- transport ----

  async handle(request, response) {
    const url = new URL(request.url, this.url);
    response.setHeader("Content-Security-Policy", policy);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Cache-Control", "no-store");
    try {
      if (request.headers.host !== `127.0.0.1:${this.options.port}`) {
        throw new Refusal(403, "denied", "This name is not the core's own.");
      }
      if (!url.pathname.startsWith("/api/")) return this.file(url.pathname, response);
      const body = await readBody(request);
      await this.route(request, response, url, body);
    } catch (error) {
      const refusal =
        error instanceof Refusal ? error : new Refusal(500, "internal", String(error));
      const { status, code, message, retryable } = refusal;
      if (response.headersSent) return response.end();
      response.statusCode = status;
      this.json(response, { error: { code, message, retryable } });
    }
  }

  allow(request, method, path) {
    if (path === "/api/v1/session" && method === "POST") return;
    const cookie = /hearth_session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
    const key = this.sessions.get(cookie);
    if (!this.options.open && (!key || key !== request.headers["x-hearth"])) {
      throw new Refusal(401, "unauthenticated", "Sign in first: run `hearth open`.");
    }
  }

  async route(request, response, url, body) {
    const { method } = request;
    const path = url.pathname;
    this.allow(request, method, path);
    const give = (value) => this.json(response, value);
    const id = Number(/^\/api\/v1\/\w+\/(\d+)/.exec(path)?.[1]);
    const key = `${method} ${path.replace(/\/\d+/, "/{id}")}`;
    if (path.startsWith("/api/v1/tokens") && !this.options.owner) {
      throw new Refusal(403, "denied", "Only the owner's own tools may do this, not a page.");
    }
    switch (key) {
      case "POST /api/v1/session":
        return this.signIn(response, body.code);
      case "DELETE /api/v1/session":
        this.sessions.clear();
        return give({});
      case "GET /api/v1/status":
        return give(this.status());
      case "GET /api/v1/sources":
        return give({ sources: this.sources });
      case "POST /api/v1/sources":
        return give(this.addSource(body));
      case "DELETE /api/v1/sources/{id}":
        this.removeSource(id);
        return give({});
      case "GET /api/v1/sources/{id}/documents":
        return give({ documents: this.documentsOf(id, url.searchParams) });
      case "GET /api/v1/problems":
        return give({ problems: problems(Number(url.searchParams.get("source"))) });
      case "GET /api/v1/documents/{id}":
        return give(this.document(id));
      case "GET /api/v1/search":
        return give(this.search(url.searchParams));
      case "POST /api/v1/ask":
        return this.ask(request, response, body);
      case "GET /api/v1/conversations":
        return give({
          conversations: this.conversations
            .map((one) => ({ ...one, messages: one.messages.length }))
            .sort((a, b) => b.updated_ms - a.updated_ms),
        });
      case "POST /api/v1/conversations":
        return give({ ...this.createConversation(body.title ?? ""), messages: 0 });
      case "GET /api/v1/conversations/{id}":
        return give(this.conversationById(id));
      case "PATCH /api/v1/conversations/{id}":
        this.conversationById(id).title = body.title;
        return give({});
      case "DELETE /api/v1/conversations/{id}":
        this.conversationById(id);
        this.conversations = this.conversations.filter((one) => one.id !== id);
        return give({});
      case "GET /api/v1/models":
        return give({ models });
      case "GET /api/v1/doctor":
        return give({ checks });
      case "GET /api/v1/tokens":
        return give({ tokens: this.tokens });
      case "POST /api/v1/tokens":
        return give(this.addToken(body.name));
      case "GET /api/v1/events":
        return void this.stream(request, response, true);
    }
    if (key.startsWith("DELETE /api/v1/tokens/")) {
      const name = decodeURIComponent(path.slice("/api/v1/tokens/".length));
      this.tokens = this.tokens.filter((token) => token.name !== name);
      return give({});
    }
    throw new Refusal(404, "not_found", `Nothing is at ${method} ${path}.`);
  }

  signIn(response, code) {
    if (!this.codes.delete(code)) {
      throw new Refusal(401, "unauthenticated", "This code was used already, or it is too old.");
    }
    const session = randomUUID();
    const key = randomUUID();
    this.sessions.set(session, key);
    response.setHeader(
      "Set-Cookie",
      `hearth_session=${session}; HttpOnly; SameSite=Strict; Path=/`,
    );
    this.json(response, { signed_in: true, key });
  }

  status() {
    const total = this.documents.length * 6;
    const busy = this.sources.find((source) => !source.progress.idle);
    const embedded = busy ? Math.round(total * 0.62) : total;
    return {
      version: "0.1.0",
      home: "/home/ada/.local/share/hearth",
      address: this.url,
      started_ms: this.started,
      uptime_ms: Date.now() - this.started,
      sources: this.sources.length,
      documents: this.documents.length,
      chunks: total,
      embedded,
      loading: false,
      vectors_ready: true,
      problems: this.sources.length ? 3 : 0,
      progress: busy?.progress ?? idle(this.documents.length, 0),
      embedding: {
        done: embedded,
        total,
        rate: busy ? 41 : 0,
        seconds_left: busy ? 95 : 0,
        problem: "",
      },
      models: {
        embedder: { name: "bge-small-en-v1.5", state: "ready" },
        chat: {
          name: "tinyllama-1.1b-chat",
          state: "ready",
          weak: true,
          passed_exam: false,
          exam_score: 0.41,
        },
      },
      key: "keychain",
      notes: [],
    };
  }

  addSource({ path, collection }) {
    if (!path) throw new Refusal(400, "invalid", "Give the path of a folder or a file.");
    if (!path.startsWith("/"))
      throw new Refusal(400, "invalid", `“${path}” is not an absolute path.`);
    if (path.includes("missing"))
      throw new Refusal(404, "not_found", `There is no folder ${path}.`);
    if (this.sources.some((source) => source.path === path)) {
      throw new Refusal(409, "conflict", `${path} was added already.`);
    }
    const source = {
      ...this.source(this.nextId++, path, collection || "default"),
      added_ms: Date.now(),
    };
    this.sources.push(source);
    this.broadcast("sources", {});
    return source;
  }

  removeSource(id) {
    if (!this.sources.some((source) => source.id === id)) {
      throw new Refusal(404, "not_found", "This source does not exist.");
    }
    this.sources = this.sources.filter((source) => source.id !== id);
    this.documents = this.documents.filter((document) => document.source !== id);
    this.index = new Index(this.documents);
    this.broadcast("sources", {});
  }

  documentsOf(id, query) {
    const offset = Number(query.get("offset") ?? 0);
    return this.documents
      .filter(({ source }) => source === id)
      .slice(offset, offset + Number(query.get("count") ?? 50))
      .map(({ id, path, title, media_type, text, date_ms }) => ({
        id,
        path,
        title,
        media_type,
        size_bytes: Buffer.byteLength(text),
        date_ms,
        chunks: 6,
        problem: null,
      }));
  }

  document(id) {
    const found = this.documents.find((document) => document.id === id);
    if (!found) throw new Refusal(404, "not_found", "This document is no longer in the library.");
    const { source, path, title, media_type, text, pages } = found;
    return { id, source, path, title, media_type, text, pages };
  }

  conversationById(id) {
    const found = this.conversations.find((one) => one.id === Number(id));
    if (!found) throw new Refusal(404, "not_found", "This conversation does not exist.");
    return found;
  }

  addToken(name) {
    if (!/^[\w.-]{1,40}$/.test(name ?? "")) {
      throw new Refusal(400, "invalid", "A name has letters, digits, dots and dashes only.");
    }
    if (this.tokens.some((token) => token.name === name)) {
      throw new Refusal(409, "conflict", `There is a token named ${name} already.`);
    }
    this.tokens.push({ name, created_ms: Date.now() });
    return { name, token: `hearth_${randomUUID().replaceAll("-", "")}` };
  }

  stream(request, response, keepOpen = false) {
    response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
    const stream = {
      open: true,
      send: (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    };
    response.on("close", () => {
      stream.open = false;
      this.streams.delete(stream);
    });
    response.write(": welcome\n\n");
    if (keepOpen) this.streams.add(stream);
    return stream;
  }

  broadcast(event, data) {
    for (const stream of this.streams) stream.send(event, data);
  }

  json(response, value) {
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    response.end(JSON.stringify(value));
  }

  file(path, response) {
    const name = normalize(path === "/" ? "/index.html" : path);
    const at = join(dist, name);
    if (!at.startsWith(dist) || !existsSync(at) || !statSync(at).isFile()) {
      throw new Refusal(404, "not_found", `No file ${path}. Run npm run build first.`);
    }
    response.setHeader("Content-Type", types[extname(at)] ?? "application/octet-stream");
    createReadStream(at).pipe(response);
  }
}

async function readBody(request) {
  let text = "";
  for await (const piece of request) text += piece;
  if (!text) return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "invalid", "The body is not JSON.");
  }
}

/** The core marks the asked-for fact; the pretend one takes the first number for it. */
const bold = (quote, i) => (i === 0 ? quote.replace(/[\d,]*\d+( \w+)?/, "**$&**") : quote);

const problems = (source) =>
  source === 1
    ? [
        {
          document: null,
          path: "/home/ada/Documents/scans/passport.pdf",
          reason: "The file is protected by a password.",
        },
        {
          document: null,
          path: "/home/ada/Documents/old/disk-image.iso",
          reason: "Larger than the limit of 512 MB; it was left out.",
        },
        {
          document: null,
          path: "/home/ada/Documents/private/diary.odt",
          reason: "May not be read: permission denied.",
        },
      ]
    : [];

const model = (name, role, more) => ({
  name,
  role,
  state: "ready",
  installed: true,
  size_bytes: 34_000_000,
  licence: "MIT",
  sha256: "6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4",
  weak: false,
  exam_score: null,
  passed_exam: true,
  resident: true,
  memory_bytes: 71_000_000,
  note: "",
  ...more,
});

const models = [
  model("bge-small-en-v1.5", "embedder"),
  model("tinyllama-1.1b-chat", "chat", {
    size_bytes: 322_591_712,
    licence: "Apache-2.0",
    weak: true,
    exam_score: 0.41,
    passed_exam: false,
    memory_bytes: 612_000_000,
    note: "Too weak to write answers alone: your files' own words are shown instead.",
  }),
  model("qwen2.5-1.5b-instruct", "chat", {
    state: "absent",
    installed: false,
    size_bytes: 1_120_000_000,
    licence: "Apache-2.0",
    passed_exam: false,
    resident: false,
    memory_bytes: 1_700_000_000,
    note: "Recommended for this machine. Get it with `hearth models get qwen2.5-1.5b-instruct`.",
  }),
];

const checks = [
  {
    name: "vault",
    ok: true,
    level: "ok",
    message: "The vault opens and its integrity check passes.",
    mend: "",
  },
  {
    name: "key",
    ok: true,
    level: "ok",
    message: "The key is kept by the system's keychain.",
    mend: "",
  },
  {
    name: "chat model",
    ok: false,
    level: "warn",
    message: "The chat model did not pass its exam (41 %).",
    mend: "Get a better one: hearth models get qwen2.5-1.5b-instruct",
  },
  { name: "watching", ok: true, level: "ok", message: "2 folders are watched.", mend: "" },
];
