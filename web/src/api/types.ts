/** The shapes of the native API, as docs/api.md describes them. */

export type Id = number | string;

export interface Progress {
  files_done: number;
  files_total: number;
  bytes_done: number;
  bytes_total: number;
  bytes_per_second: number;
  seconds_left: number | null;
  listing: boolean;
  idle: boolean;
}

export interface Embedding {
  done: number;
  total: number;
  rate: number;
  seconds_left: number | null;
  problem: string | null;
}

export interface Status {
  version: string;
  home: string;
  address: string;
  started_ms: number;
  uptime_ms: number;
  sources: number;
  documents: number;
  chunks: number;
  embedded: number;
  loading: boolean;
  vectors_ready: boolean;
  problems: number;
  progress: Progress | null;
  embedding: Embedding | null;
  models: {
    embedder?: { name: string; state: string } | null;
    chat?: {
      name: string;
      state: string;
      weak: boolean;
      passed_exam: boolean;
      exam_score: number | null;
    } | null;
  };
  key: "keychain" | "passphrase" | "file";
  notes: string[];
}

export interface Source {
  id: Id;
  kind: string;
  path: string;
  collection: string;
  added_ms: number;
  documents: number;
  chunks: number;
  problems: number;
  bytes: number;
  watching: boolean;
  note: string | null;
  progress: Progress | null;
}

export interface DocumentInfo {
  id: Id;
  path: string;
  title: string;
  media_type: string;
  size_bytes: number;
  date_ms: number;
  chunks: number;
  problem: string | null;
}

export interface Problem {
  document: Id | null;
  path: string;
  reason: string;
}

export interface DocumentText {
  id: Id;
  source: Id;
  path: string;
  title: string;
  media_type: string;
  text: string;
  pages: number[] | null;
}

export interface Explanation {
  keyword_rank?: number | null;
  keyword_score?: number | null;
  matched_terms?: string[] | null;
  vector_rank?: number | null;
  similarity?: number | null;
  fused_score?: number | null;
  summary?: string | null;
}

export interface Hit {
  chunk: Id;
  document: Id;
  source: Id;
  path: string;
  title: string;
  media_type: string;
  collection: string;
  heading: string | null;
  text: string;
  start: number;
  end: number;
  page: number | null;
  date_ms: number;
  score: number;
  similarity: number | null;
  explanation?: Explanation | null;
}

export interface SearchResult {
  hits: Hit[];
  by_meaning: boolean;
  note: string | null;
  timings: { total_ms?: number } & Record<string, number>;
}

export interface SearchQuery {
  q: string;
  k?: number;
  collection?: string;
  source?: string;
  type?: string;
  since?: string;
  until?: string;
  explain?: boolean;
}

export interface Citation {
  n: number;
  document: Id;
  source: Id;
  path: string;
  title: string;
  heading: string | null;
  start: number;
  end: number;
  page: number | null;
  quote: string;
  score: number;
}

export interface Answer {
  answer: string;
  found: boolean;
  mode: "generated" | "extractive";
  note: string | null;
  citations: Citation[];
  model: string | null;
  sentences_dropped: number;
  timings: { search_ms?: number; first_text_ms?: number; total_ms?: number };
  conversation: Id | null;
}

export type Mode = "generated" | "extractive";

export interface Question {
  question: string;
  collection?: string;
  since?: string;
  mode?: Mode;
  conversation?: Id;
}

export type AskEvent =
  | { kind: "status"; stage: string }
  | { kind: "citation"; citation: Citation }
  | { kind: "text"; text: string }
  | { kind: "answer"; answer: Answer }
  | { kind: "error"; code: string; message: string };

export interface ConversationInfo {
  id: Id;
  title: string;
  created_ms: number;
  updated_ms: number;
  messages: number;
}

export interface Message {
  id: Id;
  role: "user" | "assistant" | "system";
  text: string;
  answer?: Answer | null;
  created_ms: number;
}

export interface Conversation extends Omit<ConversationInfo, "messages"> {
  messages: Message[];
}

export interface Model {
  name: string;
  role: string;
  state: string;
  installed: boolean;
  size_bytes: number;
  licence: string;
  sha256: string;
  weak: boolean;
  exam_score: number | null;
  passed_exam: boolean;
  resident: boolean;
  memory_bytes: number;
  note: string | null;
}

export interface Check {
  name: string;
  ok: boolean;
  level: "ok" | "warn" | "error";
  message: string;
  mend: string | null;
}

export interface Token {
  name: string;
  created_ms?: number;
  last_used_ms?: number | null;
}
