/**
 * The page's half of its session. Browsers send the cookie to every port of this machine; what is stored here
 * only a page of this very address can read. Neither half opens anything alone.
 */
const kName = "hearth.session";

// A browser that keeps nothing stays signed in until the page closes.
let inMemory = "";

export function sessionKey(): string {
  try {
    return localStorage.getItem(kName) ?? inMemory;
  } catch {
    return inMemory;
  }
}

export function keepSessionKey(key: string): void {
  inMemory = key;
  try {
    if (key) localStorage.setItem(kName, key);
    else localStorage.removeItem(kName);
  } catch {
    // See inMemory.
  }
}
