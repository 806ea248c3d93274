/** Light, dark, or what the system says; remembered in this browser only. */

export type Theme = "system" | "light" | "dark";

const kKey = "hearth.theme";

function remembered(): Theme {
  try {
    const value = localStorage.getItem(kKey);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

class ThemeChoice {
  #choice = $state<Theme>(remembered());
  #systemDark = $state(false);

  constructor() {
    const query = matchMedia("(prefers-color-scheme: dark)");
    this.#systemDark = query.matches;
    query.addEventListener("change", (event) => {
      this.#systemDark = event.matches;
      this.#apply();
    });
    this.#apply();
  }

  get choice(): Theme {
    return this.#choice;
  }

  get dark(): boolean {
    return this.#choice === "system" ? this.#systemDark : this.#choice === "dark";
  }

  choose(theme: Theme): void {
    this.#choice = theme;
    try {
      if (theme === "system") localStorage.removeItem(kKey);
      else localStorage.setItem(kKey, theme);
    } catch {
      // A browser that keeps nothing still shows the choice until the page closes.
    }
    this.#apply();
  }

  toggle(): void {
    this.choose(this.dark ? "light" : "dark");
  }

  #apply(): void {
    document.documentElement.dataset["theme"] = this.dark ? "dark" : "light";
  }
}

export const theme = new ThemeChoice();
