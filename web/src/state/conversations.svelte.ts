/** The list of conversations; the conversations themselves are in chat.svelte.ts. */
import { hearth } from "../api/client";
import type { ConversationInfo, Id } from "../api/types";

class Conversations {
  list = $state.raw<ConversationInfo[] | null>(null);
  failed = $state(false);

  async load(): Promise<void> {
    try {
      const all = await hearth.conversations();
      this.list = all
        .filter((one) => one.messages > 0 || one.title !== "")
        .sort((a, b) => b.updated_ms - a.updated_ms);
      this.failed = false;
    } catch {
      this.failed = this.list === null;
    }
  }

  titleOf(id: Id | null): string | null {
    return this.list?.find((one) => String(one.id) === String(id))?.title ?? null;
  }

  async rename(id: Id, title: string): Promise<void> {
    await hearth.rename(id, title);
    await this.load();
  }

  async forget(id: Id): Promise<void> {
    await hearth.forget(id);
    this.list = this.list?.filter((one) => String(one.id) !== String(id)) ?? null;
  }
}

export const conversations = new Conversations();
