/** What is open on the screen, and the few questions that stop everything else. */
import { tick } from "svelte";

export interface Confirmation {
  title: string;
  detail: string;
  action: string;
}

class Ui {
  drawer = $state(false);
  shortcuts = $state(false);
  /** The passage lies over the page instead of beside it. */
  narrow = $state(false);
  /** The address of a link that leads away, while the person is asked about it. */
  leaving = $state.raw<URL | null>(null);
  confirmation = $state.raw<Confirmation | null>(null);
  #answer: ((yes: boolean) => void) | null = null;

  constructor() {
    const query = matchMedia("(max-width: 67.49rem)");
    this.narrow = query.matches;
    query.addEventListener("change", (event) => {
      this.narrow = event.matches;
    });
  }

  confirm(confirmation: Confirmation): Promise<boolean> {
    this.#answer?.(false);
    this.confirmation = confirmation;
    return new Promise((answer) => {
      this.#answer = answer;
    });
  }

  settle(yes: boolean): void {
    this.confirmation = null;
    this.#answer?.(yes);
    this.#answer = null;
  }
}

export const ui = new Ui();

export async function focusById(id: string): Promise<void> {
  await tick();
  const element = document.getElementById(id);
  element?.focus();
  if (element instanceof HTMLInputElement) element.select();
}

/** True where a key is text and not a shortcut. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
