/** One conversation as the page shows it: turns of a question and its answer, the last one growing. */
import { hearth, isAbort } from "../api/client";
import type { Answer, Citation, Id, Message, Mode, Question } from "../api/types";
import { conversations } from "./conversations.svelte";
import { kindly, kindlyEvent, type Kindly } from "./kindly";
import { router } from "./router.svelte";
import { focusById } from "./ui.svelte";

export type TurnState = "waiting" | "streaming" | "done" | "stopped" | "failed";

export class Turn {
  readonly key: string;
  readonly question: string;
  state = $state<TurnState>("done");
  stage = $state("");
  /** A model writes; until then the words that stream are the files' own. */
  written = $state(false);
  text = $state("");
  citations = $state.raw<Citation[]>([]);
  answer = $state.raw<Answer | null>(null);
  failure = $state.raw<Kindly | null>(null);

  constructor(key: string, question: string) {
    this.key = key;
    this.question = question;
  }

  get running(): boolean {
    return this.state === "waiting" || this.state === "streaming";
  }

  finish(answer: Answer): void {
    this.answer = answer;
    this.text = answer.answer;
    this.citations = answer.citations;
    this.written = answer.mode === "generated";
    this.state = "done";
  }
}

export interface Wishes {
  collection: string;
  mode: Mode | "";
}

/** A question and the answer that follows it make a turn; a question alone was stopped or failed. */
export function toTurns(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === "user") {
      const turn = new Turn(`m${message.id}`, message.text);
      turn.state = "stopped";
      turns.push(turn);
      continue;
    }
    const turn = turns.at(-1);
    if (message.role !== "assistant" || !turn) continue;
    turn.state = "done";
    turn.text = message.text;
    turn.citations = message.answer?.citations ?? [];
    turn.answer = message.answer ?? null;
    turn.written = turn.answer?.mode === "generated";
  }
  return turns;
}

export class Chat {
  id = $state<Id | null>(null);
  turns = $state<Turn[]>([]);
  loading = $state(false);
  failure = $state.raw<Kindly | null>(null);
  #stop: AbortController | null = null;
  #count = 0;

  constructor(id: Id | null) {
    this.id = id;
  }

  get running(): Turn | null {
    return this.turns.find((turn) => turn.running) ?? null;
  }

  async load(): Promise<void> {
    if (this.id === null) return;
    this.loading = true;
    this.failure = null;
    try {
      const { messages } = await hearth.conversation(this.id);
      this.turns = toTurns(messages);
    } catch (error) {
      this.failure = kindly(error);
    } finally {
      this.loading = false;
    }
  }

  /** `entered` is called once the conversation exists, so that the address can name it. */
  async ask(question: string, wishes: Wishes, entered: (id: Id) => void): Promise<void> {
    if (this.running) return;
    const turn = this.#begin(question);
    const stop = new AbortController();
    this.#stop = stop;
    try {
      if (this.id === null) {
        this.id = (await hearth.newConversation()).id;
        entered(this.id);
      }
      await this.#listen(turn, toQuestion(question, wishes, this.id), stop.signal);
    } catch (error) {
      if (isAbort(error) || stop.signal.aborted) {
        turn.state = "stopped";
      } else {
        turn.failure = kindly(error);
        turn.state = "failed";
      }
    } finally {
      this.#stop = null;
      void conversations.load();
    }
  }

  async retry(turn: Turn, wishes: Wishes): Promise<void> {
    if (this.running) return;
    this.turns = this.turns.filter((one) => one !== turn);
    await this.ask(turn.question, wishes, () => undefined);
  }

  stop(): void {
    this.#stop?.abort();
  }

  #begin(question: string): Turn {
    this.turns.push(new Turn(`t${this.#count++}`, question));
    const turn = this.turns.at(-1)!;
    turn.state = "waiting";
    turn.stage = "searching";
    return turn;
  }

  async #listen(turn: Turn, question: Question, signal: AbortSignal): Promise<void> {
    for await (const event of hearth.ask(question, signal)) {
      if (event.kind === "status") {
        turn.stage = event.stage;
        turn.written ||= event.stage === "writing";
      }
      if (event.kind === "citation") turn.citations = [...turn.citations, event.citation];
      if (event.kind === "text") {
        turn.text += event.text;
        turn.state = "streaming";
      }
      if (event.kind === "answer") return turn.finish(event.answer);
      if (event.kind === "error") {
        turn.failure = kindlyEvent(event.code, event.message);
        turn.state = "failed";
        return;
      }
    }
    turn.failure = kindlyEvent("", "The connection closed before the answer was complete.");
    turn.state = "failed";
  }
}

function toQuestion(question: string, wishes: Wishes, conversation: Id): Question {
  return {
    question,
    conversation,
    ...(wishes.collection && { collection: wishes.collection }),
    ...(wishes.mode && { mode: wishes.mode }),
  };
}

/** Keeps the open conversations, so that an answer goes on while another one is read. */
class Chats {
  current = $state.raw(new Chat(null));
  #known = new Map<string, Chat>();

  /** Shows the conversation that the address names; null is a new one. */
  open(id: string | null): void {
    if (id === null) {
      if (this.current.id !== null) this.current = new Chat(null);
      return;
    }
    let chat = this.#known.get(id);
    if (!chat) {
      chat = new Chat(/^\d+$/.test(id) ? Number(id) : id);
      this.#known.set(id, chat);
      void chat.load();
    }
    this.current = chat;
  }

  /** Leaves what is shown for an empty conversation. */
  renew(): void {
    if (this.current.id !== null || this.current.turns.length > 0) this.current = new Chat(null);
  }

  /** The new conversation has its number now. */
  adopt(chat: Chat): void {
    this.#known.set(String(chat.id), chat);
  }

  drop(id: Id): void {
    this.#known.get(String(id))?.stop();
    this.#known.delete(String(id));
  }

  clear(): void {
    for (const chat of this.#known.values()) chat.stop();
    this.#known.clear();
    this.current = new Chat(null);
  }
}

export const chats = new Chats();

/** The way to an empty conversation from anywhere. */
export function startChat(): void {
  chats.renew();
  router.go("chat");
  void focusById("composer");
}
