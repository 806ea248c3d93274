import { hearth } from "../api/client";
import type { Source } from "../api/types";
import { core } from "../state/core.svelte";
import { kindly } from "../state/kindly";
import { passage } from "../state/passage.svelte";
import { router } from "../state/router.svelte";
import { toasts } from "../state/toasts.svelte";
import { ui } from "../state/ui.svelte";
import { count, fileName } from "../text/format";

/** Asks first: what Hearth has learnt from the folder goes; the files themselves stay. */
export async function removeSource(source: Source): Promise<void> {
  const yes = await ui.confirm({
    title: `Remove “${fileName(source.path)}” from the library?`,
    detail:
      `Hearth forgets ${count(source.documents, "document")} with all their passages. ` +
      `The files in ${source.path} stay as they are.`,
    action: "Remove",
  });
  if (!yes) return;
  try {
    await hearth.removeSource(source.id);
    passage.close();
    passage.forgetTexts();
    if (router.route.view === "library" && router.route.id !== null) router.go("library");
    await core.refresh();
    toasts.say("Removed from the library");
  } catch (error) {
    toasts.say(kindly(error).detail, "error");
  }
}
