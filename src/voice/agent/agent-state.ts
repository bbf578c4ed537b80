/** All that is configured on an agent, as one immutable value: a change makes another one, and a request can have its own. */
import type { Verb } from './verb.ts';

type Data = Readonly<Record<string, unknown>>;

/** A section of a structured prompt. */
export interface PomSection {
  readonly title?: string;
  readonly body?: string;
  readonly bullets?: readonly string[];
  readonly numbered?: boolean;
  readonly numberedBullets?: boolean;
  readonly subsections?: readonly PomSection[];
}

export interface AgentState {
  /** Wins over the sections. */
  readonly promptText: string | null;
  readonly sections: readonly PomSection[];
  readonly postPrompt: string | null;
  readonly promptLlm: Data;
  readonly postPromptLlm: Data;
  readonly hints: readonly (string | Data)[];
  readonly languages: readonly Data[];
  readonly pronunciations: readonly Data[];
  readonly params: Data;
  readonly globalData: Data;
  readonly nativeFunctions: readonly string[];
  readonly includes: readonly Data[];
  readonly internalFillers: Readonly<Record<string, Data>>;
  readonly mcpServers: readonly Data[];
  /** Null: no debug events. */
  readonly debugLevel: number | null;
  readonly answer: Data;
  readonly preAnswer: readonly Verb[];
  readonly postAnswer: readonly Verb[];
  readonly postAi: readonly Verb[];
  /** Added to the addresses by which the platform comes back. */
  readonly swaigQuery: Readonly<Record<string, string>>;
  readonly webHookUrl: string | null;
  readonly postPromptUrl: string | null;
}

export const NEW_AGENT: AgentState = Object.freeze({
  promptText: null,
  sections: [],
  postPrompt: null,
  promptLlm: {},
  postPromptLlm: {},
  hints: [],
  languages: [],
  pronunciations: [],
  params: {},
  globalData: {},
  nativeFunctions: [],
  includes: [],
  internalFillers: {},
  mcpServers: [],
  debugLevel: null,
  answer: {},
  preAnswer: [],
  postAnswer: [],
  postAi: [],
  swaigQuery: {},
  webHookUrl: null,
  postPromptUrl: null,
});
