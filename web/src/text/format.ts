/** Numbers, sizes, times and paths as people read them. */

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

export function bytes(n: number): string {
  if (!Number.isFinite(n) || n < 0) return "–";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = n;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.round(s / 60)} min`;
  const hours = Math.floor(s / 3600);
  const minutes = Math.round((s % 3600) / 60);
  if (hours < 24) return minutes ? `${hours} h ${minutes} min` : `${hours} h`;
  return count(Math.round(hours / 24), "day");
}

export function timeLeft(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "";
  return seconds < 5 ? "a few seconds left" : `about ${duration(seconds)} left`;
}

export function percent(done: number, total: number): number {
  if (total <= 0) return 0;
  return Math.min(100, Math.max(0, (100 * done) / total));
}

export function date(ms: number): string {
  if (!ms) return "";
  return new Date(ms).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
  });
}

export function fileName(path: string): string {
  const trimmed = path.replace(/[/\\]+$/, "");
  return trimmed.slice(Math.max(trimmed.lastIndexOf("/"), trimmed.lastIndexOf("\\")) + 1) || path;
}

export function folder(path: string): string {
  const name = fileName(path);
  return path.slice(0, Math.max(0, path.lastIndexOf(name) - 1));
}

export type Age = "Today" | "Yesterday" | "This week" | "Earlier";

export function age(ms: number, now: number): Age {
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  const day = 86_400_000;
  if (ms >= midnight.getTime()) return "Today";
  if (ms >= midnight.getTime() - day) return "Yesterday";
  if (ms >= midnight.getTime() - 6 * day) return "This week";
  return "Earlier";
}

const kKinds: [RegExp, string][] = [
  [/pdf/, "PDF"],
  [/markdown/, "Markdown"],
  [/html/, "Web page"],
  [/rfc822|email/, "Mail"],
  [/wordprocessing|opendocument\.text|rtf|msword/, "Document"],
  [/epub/, "Book"],
  [/csv|spreadsheet/, "Table"],
  [/json|xml|yaml|toml/, "Data"],
  [/x-|javascript|typescript/, "Code"],
  [/^text\//, "Text"],
];

export function kind(mediaType: string): string {
  return kKinds.find(([pattern]) => pattern.test(mediaType))?.[1] ?? "File";
}

export function isCode(mediaType: string): boolean {
  return ["Code", "Data", "Table"].includes(kind(mediaType));
}
