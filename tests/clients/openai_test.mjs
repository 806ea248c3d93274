// The official `openai` package, unchanged, against a running core.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import OpenAI from "openai";

import { runningCore } from "./running_core.mjs";

const core = await runningCore();

describe("the openai package", { skip: core ? false : "no hearth program is built" }, () => {
  let client;
  let models;

  before(async () => {
    client = new OpenAI({ baseURL: `${core.url}/v1`, apiKey: core.token, maxRetries: 0 });
    models = (await client.models.list()).data.map((model) => model.id);
  });
  after(async () => core.stop());

  const chat = (extra) => ({
    model: "hearth",
    messages: [{ role: "user", content: "Say hello." }],
    max_tokens: 16,
    ...extra,
  });
  // Without an installed model the core must say so; the rest of the case needs one.
  const needs = (t, name) => {
    if (models.some((id) => name(id))) return true;
    t.skip("no such model is installed");
    return false;
  };
  const isChat = (id) => id === "hearth";
  const embedder = () => models.find((id) => /bge|gte|minilm|embed|^scripted$/i.test(id));

  test("lists models", () => assert.ok(Array.isArray(models)));

  test("refuses a wrong key", async () => {
    const stranger = new OpenAI({ baseURL: `${core.url}/v1`, apiKey: "wrong", maxRetries: 0 });
    await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  });

  test("streams a chat with its usage", async (t) => {
    if (!needs(t, isChat)) return;
    const stream = await client.chat.completions.create(
      chat({ stream: true, stream_options: { include_usage: true } }),
    );
    let text = "";
    let finish = null;
    let usage = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    assert.ok(text.length > 0);
    assert.ok(["stop", "length"].includes(finish));
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  });

  test("gets a whole chat", async (t) => {
    if (!needs(t, isChat)) return;
    const whole = await client.chat.completions.create(chat({ temperature: 0 }));
    assert.equal(whole.choices[0].message.role, "assistant");
    assert.ok(whole.choices[0].message.content.length > 0);
  });

  test("is told that a prompt does not fit", async (t) => {
    if (!needs(t, isChat)) return;
    const long = "word ".repeat(300_000);
    await assert.rejects(
      client.chat.completions.create(chat({ messages: [{ role: "user", content: long }] })),
      (error) => error.status === 400 && error.code === "context_length_exceeded",
    );
  });

  test("is told what is not supported", async () => {
    await assert.rejects(
      client.chat.completions.create(chat({ n: 2 })),
      (error) => error.status === 400 || error.status === 503,
    );
  });

  test("gets embeddings whose neighbours are the related texts", async (t) => {
    const model = embedder();
    if (!needs(t, (id) => id === model)) return;
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
      (error) => error.status === 404 || error.status === 503,
    );
  });
});
