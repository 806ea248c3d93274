/** Links in the words of files and models: none is followed before a person saw where it leads. */
import { ui } from "./ui.svelte";

/**
 * Takes a click on a link that the page did not write itself (its own are fragments), and asks
 * instead. The right button opens the browser's own menu, which shows the address.
 */
export function askBeforeLeaving(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  if (event.type === "auxclick" && event.button !== 1) return;
  const anchor = event.target.closest<HTMLAnchorElement>("a[href]");
  if (!anchor || anchor.getAttribute("href")?.startsWith("#")) return;
  event.preventDefault();
  ui.leaving = URL.canParse(anchor.href) ? new URL(anchor.href) : null;
}

/** Opens it so that it neither learns where it was opened from nor reaches this page. */
export function leaveFor(address: URL): void {
  if (address.protocol === "mailto:") location.assign(address);
  else window.open(address, "_blank", "noopener,noreferrer");
}
