/** Short messages that need no answer. They are read out, and leave by themselves. */

export interface Toast {
  id: number;
  text: string;
  kind: "plain" | "error";
}

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  say(text: string, kind: Toast["kind"] = "plain"): void {
    const id = this.#next++;
    this.list = [...this.list.slice(-2), { id, text, kind }];
    setTimeout(() => this.dismiss(id), kind === "error" ? 9000 : 3500);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();

export async function copy(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.say(`${what} copied`);
    return true;
  } catch {
    toasts.say("The browser did not let Hearth copy that.", "error");
    return false;
  }
}
