/** Says what went wrong in words for people: what happened, and what to do. */
import { ApiError, Unreachable } from "../api/client";

export interface Kindly {
  title: string;
  detail: string;
  retry: boolean;
}

const kTitles: Record<string, string> = {
  invalid: "That did not work",
  not_found: "It is not there any more",
  conflict: "It exists already",
  denied: "This page may not do that",
  unavailable: "A part of Hearth is not ready",
  busy: "Hearth is busy",
  exhausted: "A limit was reached",
  timed_out: "It took too long",
  too_new: "A newer Hearth wrote this data",
  corrupt: "Some stored data is damaged",
};

export function kindly(error: unknown): Kindly {
  if (error instanceof Unreachable) {
    return {
      title: "The core does not answer",
      detail: "Start it with “hearth serve”. This page connects again by itself.",
      retry: true,
    };
  }
  if (error instanceof ApiError) {
    return {
      title: kTitles[error.code] ?? "Something went wrong",
      detail: error.message,
      retry: error.retryable,
    };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { title: "Something went wrong in this page", detail, retry: true };
}

/** The failure that an `error` event in a stream tells of. */
export function kindlyEvent(code: string, message: string): Kindly {
  return { title: kTitles[code] ?? "The answer broke off", detail: message, retry: true };
}
