/** An agent's call script (SWML): what runs before the answer, the answer, what follows it, the AI, and what runs after it. */
import { pomDocument } from '../prompt/pom-document.ts';
import { type BoundArguments, spellBound } from '../session-manager.ts';
import { SwaigFunction } from '../swaig-function.ts';
import type { FunctionTable } from '../tools/function-table.ts';
import type { AgentState } from './agent-state.ts';
import { verbDocument } from './verb.ts';

type Data = Readonly<Record<string, unknown>>;

export interface ScriptOptions {
  /** Sections go into the script as they are; else as Markdown. */
  readonly usePom: boolean;
  readonly autoAnswer: boolean;
  readonly recordCall: boolean;
  readonly recordFormat: string;
  readonly recordStereo: boolean;
}

export interface ScriptParts {
  readonly state: AgentState;
  readonly functions: FunctionTable;
  /** The prompt as text. */
  readonly prompt: string;
  readonly contexts: Data | null;
  readonly options: ScriptOptions;
  /** The agent's address, with the credentials by which the platform comes back. */
  readonly url: string;
  /** The token of a function for the call that the script is for. */
  readonly tokenOf: (name: string, bound: BoundArguments | undefined) => string;
  /** Merged into the AI's part: `global_data` key by key, anything else in place of what was there. */
  readonly modifications?: Data;
}

export interface SwmlDocument {
  readonly version: '1.0.0';
  readonly sections: Readonly<Record<string, readonly Data[]>>;
}

export function renderAgent(parts: ScriptParts): SwmlDocument {
  const { state, options } = parts;
  const { recordCall, recordFormat: format, recordStereo: stereo } = options;
  const main = [
    ...state.preAnswer.map(verbDocument),
    ...(options.autoAnswer ? [{ answer: state.answer }] : []),
    ...(recordCall ? [{ record_call: { format, stereo } }] : []),
    ...state.postAnswer.map(verbDocument),
    { ai: renderAi(parts) },
    ...state.postAi.map(verbDocument),
  ];
  return { version: '1.0.0', sections: { main } };
}

function renderAi(parts: ScriptParts): Data {
  const { state, url, modifications = {} } = parts;
  const params = { ...state.params, ...debugParams(state, url) };
  const swaig = renderSwaig(parts);
  const ai = {
    prompt: renderPrompt(parts),
    ...(state.postPrompt !== null && {
      post_prompt: { text: state.postPrompt, ...state.postPromptLlm },
      post_prompt_url: state.postPromptUrl ?? addressOf(`${url}/post_prompt`, state.swaigQuery),
    }),
    ...filled({
      hints: state.hints,
      languages: state.languages,
      pronounce: state.pronunciations,
      params,
      global_data: state.globalData,
      SWAIG: swaig,
    }),
  };
  const { global_data: moreData, ...others } = modifications;
  if (moreData === undefined) return { ...ai, ...others };
  return { ...ai, ...others, global_data: { ...state.globalData, ...(moreData as object) } };
}

function renderPrompt({ state, prompt, contexts, options }: ScriptParts): Data {
  const pom = state.promptText === null && options.usePom ? pomDocument(state.sections) : [];
  const text = pom.length > 0 ? { pom } : { text: prompt };
  return { ...text, ...state.promptLlm, ...(contexts !== null && { contexts }) };
}

function renderSwaig({ state, functions: table, url, tokenOf }: ScriptParts): Data {
  const address = `${url}/swaig`;
  const functions = [...table.values()].map((one) => {
    if (!(one instanceof SwaigFunction)) return one;
    if (one.webhookUrl !== undefined) return { ...one.definition, web_hook_url: one.webhookUrl };
    if (!one.secure) return one.definition;
    const { name, boundArguments: bound } = one;
    const fixed = bound === undefined ? {} : { __args: spellBound(bound) };
    return {
      ...one.definition,
      web_hook_url: addressOf(address, { ...state.swaigQuery, ...fixed, __token: tokenOf(name, bound) }),
    };
  });
  const isServed = functions.length > 0 || state.webHookUrl !== null;
  return filled({
    functions,
    defaults: isServed ? { web_hook_url: state.webHookUrl ?? addressOf(address, state.swaigQuery) } : {},
    native_functions: state.nativeFunctions,
    includes: state.includes,
    internal_fillers: state.internalFillers,
    mcp_servers: state.mcpServers,
  });
}

const debugParams = ({ debugLevel }: AgentState, url: string): Data =>
  debugLevel === null ? {} : { debug_webhook_url: `${url}/debug_events`, debug_webhook_level: debugLevel };

function addressOf(url: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? url : `${url}?${text}`;
}

/** Without the empty ones. */
const filled = (all: Data): Data =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => Object.keys(value as object).length > 0));
