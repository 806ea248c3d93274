// The official `openai` package, unchanged, against a running core.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import OpenAI from "openai";

import { runningCore } from "../support/running_core.mjs";

const kEmbedder = "bge-small-en-v1.5";
const kPatienceMs = 300_000;

describe("the openai package", { timeout: 2 * kPatienceMs }, () => {
  let core;
  let client;
  let key;

  before(async () => {
    core = await runningCore();
    await core.modelsReady();
    // The key that a person gives a program: for the models and nothing more.
    key = core.hearth ? (await core.hearth("token", "openai")).trim() : core.token;
    client = withKey(key);
  });
  after(async () => core?.stop());

  const withKey = (apiKey) =>
    new OpenAI({ baseURL: `${core.url}/v1`, apiKey, maxRetries: 0, timeout: kPatienceMs });

  const chat = (extra) => ({
    model: "hearth",
    messages: [{ role: "user", content: "Say hello." }],
    max_tokens: 16,
    ...extra,
  });
  test("lists models", async () => {
    const ids = (await client.models.list()).data.map((model) => model.id);
    assert.ok(ids.includes("hearth") && ids.includes(kEmbedder), ids.join(" "));
    assert.equal((await client.models.retrieve(kEmbedder)).id, kEmbedder);
  });

  test("has a key that opens nothing of the library", async () => {
    if (key === core.token) return;
    for (const target of ["/api/v1/sources", "/api/v1/search?q=boiler", "/api/v1/conversations"]) {
      const answer = await fetch(core.url + target, { headers: { Authorization: `Bearer ${key}` } });
      assert.equal(answer.status, 403, target);
    }
  });

  test("refuses a wrong key", async () => {
    await assert.rejects(withKey("wrong").models.list(), OpenAI.AuthenticationError);
  });

  test("streams a chat with its usage", async () => {
    const stream = await client.chat.completions.create(
      chat({ stream: true, stream_options: { include_usage: true } }),
    );
    let text = "";
    let pieces = 0;
    let finish = null;
    let usage = null;
    for await (const chunk of stream) {
      const piece = chunk.choices[0]?.delta?.content ?? "";
      text += piece;
      pieces += piece === "" ? 0 : 1;
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    assert.ok(text.length > 0);
    assert.ok(pieces > 1 || usage.completion_tokens <= 2, "the text came in one piece");
    assert.ok(["stop", "length"].includes(finish));
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  });

  test("gets a whole chat", async () => {
    const whole = await client.chat.completions.create(chat({ temperature: 0 }));
    assert.equal(whole.choices[0].message.role, "assistant");
    assert.ok(whole.choices[0].message.content.length > 0);
  });

  test("stops an answer in the middle, and the next one comes", async () => {
    const long = { messages: [{ role: "user", content: "Count to a hundred." }], max_tokens: 200 };
    const stream = await client.chat.completions.create(chat({ ...long, stream: true }));
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta?.content) break;
    }
    stream.controller.abort();
    const next = await client.chat.completions.create(chat({ max_tokens: 4 }));
    assert.ok(next.usage.completion_tokens <= 4);
  });

  test("is told that a prompt does not fit", async () => {
    const long = "word ".repeat(300_000);
    await assert.rejects(
      client.chat.completions.create(chat({ messages: [{ role: "user", content: long }] })),
      (error) => error.status === 400 && error.code === "context_length_exceeded",
    );
  });

  test("is told what is not supported", async () => {
    await assert.rejects(
      client.chat.completions.create(chat({ n: 2 })),
      (error) => error.status === 400 && error.param === "n",
    );
  });

  test("gets embeddings whose neighbours are the related texts", async () => {
    const model = kEmbedder;
    const input = [
      "The boiler is in the cellar.",
      "The heating stands in the basement, the boiler beside it.",
      "She plays the violin on Thursdays.",
    ];
    const { data, usage } = await client.embeddings.create({ model, input });
    assert.equal(data.length, 3);
    assert.ok(usage.prompt_tokens > 0);
    const dot = (a, b) => a.embedding.reduce((sum, x, i) => sum + x * b.embedding[i], 0);
    assert.ok(Math.abs(dot(data[0], data[0]) - 1) < 1e-3);
    assert.ok(dot(data[0], data[1]) > dot(data[0], data[2]));
    const floats = await client.embeddings.create({ model, input, encoding_format: "float" });
    assert.ok(Math.abs(floats.data[0].embedding[0] - data[0].embedding[0]) < 1e-5);
  });

  test("hears that an unknown model is unknown", async () => {
    await assert.rejects(
      client.embeddings.create({ model: "text-embedding-3-small", input: "x" }),
      (error) => error.status === 404 && error.code === "model_not_found",
    );
  });
});
