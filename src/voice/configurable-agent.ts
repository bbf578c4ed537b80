/**
 * Everything that can be configured on an agent, chainable. Each method makes a new state from the old one; during a request that
 * is the request's own (agent/call-scope.ts). What is passed in is copied: changing it later changes no agent.
 */
import { type AgentState, NEW_AGENT, type PomSection } from './agent/agent-state.ts';
import { Scoped } from './agent/call-scope.ts';
import { type Contribution, type Contributions, withContributions } from './agent/contribution.ts';
import { ownCopy } from './agent/own-copy.ts';
import { checkedVerb } from './agent/verb.ts';
import { ConfigurationError } from './configuration-error.ts';
import { ContextBuilder } from './context-builder.ts';
import { renderMarkdown } from './prompt/section-markdown.ts';
import { addSection, addSubsection, addToSection, hasSection } from './prompt/sections.ts';
import { PromptObjectModel } from './prompt-object-model.ts';
import { type ServiceOptions, SWMLService } from './swml-service.ts';

type Data = Readonly<Record<string, unknown>>;

export interface LanguageConfig {
  readonly name: string;
  /** Such as `en-US`. */
  readonly code: string;
  readonly voice: string;
  readonly engine?: string;
  readonly model?: string;
  readonly speechModel?: string;
  readonly speechFillers?: readonly string[];
  readonly functionFillers?: readonly string[];
  /** The older list for both. */
  readonly fillers?: readonly string[];
  readonly params?: Data;
}

export interface PatternHint {
  readonly hint: string;
  readonly pattern: string;
  readonly replace: string;
  readonly ignoreCase?: boolean;
}

export interface PronunciationRule {
  readonly replace: string;
  readonly with: string;
  readonly ignoreCase?: boolean;
}

export interface SectionOptions extends Omit<PomSection, 'title'> {}

export interface McpServerOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly resources?: boolean;
  readonly resourceVars?: Readonly<Record<string, string>>;
}

/** Functions of the platform's own that can be given fillers. */
const INTERNAL_FUNCTIONS: ReadonlySet<string> = new Set([
  'hangup',
  'check_time',
  'wait_for_user',
  'wait_seconds',
  'adjust_response_latency',
  'next_step',
  'change_context',
  'get_visual_input',
  'get_ideal_strategy',
]);

export abstract class ConfigurableAgent extends SWMLService {
  static readonly SUPPORTED_INTERNAL_FILLER_NAMES = INTERNAL_FUNCTIONS;

  /** The prompt's sections go into the script as they are; else as Markdown. */
  readonly usePom: boolean;
  readonly #state = new Scoped<AgentState>(NEW_AGENT);
  readonly #contributions = new Scoped<Contributions>(new Map());
  readonly #contexts = new Scoped<ContextBuilder | null>(null);

  constructor(options: ServiceOptions & { readonly usePom?: boolean }) {
    super(options);
    this.usePom = options.usePom ?? true;
  }

  /** With what skills contribute. */
  protected get state(): AgentState {
    return withContributions(this.#own, this.#contributions.value);
  }

  /** Without: what a change begins with. */
  get #own(): AgentState {
    return this.#state.value;
  }

  #set(part: Partial<AgentState>): this {
    const copied = ownCopy(part);
    this.#state.change((state) => ({ ...state, ...copied }));
    return this;
  }

  // — contributions

  /** Adds something to the agent that can be taken away again, in place of what `by` contributed before. */
  contribute(by: string, contribution: Contribution): this {
    const copied = ownCopy(contribution);
    this.#contributions.change((all) => new Map([...all, [by, copied]]));
    return this;
  }

  withdraw(by: string): this {
    this.#contributions.change((all) => new Map([...all].filter(([one]) => one !== by)));
    return this;
  }

  // — prompt

  /** The prompt as plain text; wins over sections. */
  setPromptText(text: string): this {
    return this.#set({ promptText: text });
  }

  /** What the AI is asked when the call is over; its answer comes to `onSummary`. */
  setPostPrompt(text: string): this {
    return this.#set({ postPrompt: text });
  }

  promptAddSection(title: string, options: SectionOptions = {}): this {
    return this.#set({ sections: addSection(this.#pom(), { title, ...options }) });
  }

  /** Adds text or bullets to a section, which is made where it is missing. */
  promptAddToSection(
    title: string,
    more: { readonly body?: string; readonly bullet?: string; readonly bullets?: readonly string[] } = {},
  ): this {
    return this.#set({ sections: addToSection(this.#pom(), title, more) });
  }

  promptAddSubsection(parentTitle: string, title: string, options: SectionOptions = {}): this {
    return this.#set({ sections: addSubsection(this.#pom(), parentTitle, { title, ...options }) });
  }

  promptHasSection(title: string): boolean {
    return hasSection(this.state.sections, title);
  }

  /** In place of all sections. */
  setPromptPom(sections: readonly PomSection[]): this {
    if (!this.usePom) throw new ConfigurationError('This agent was made with usePom: false.');
    return this.#set({ sections });
  }

  /** As text: the plain one, or the sections as Markdown. */
  getPrompt(): string {
    return this.state.promptText ?? renderMarkdown(this.state.sections);
  }

  getRawPrompt(): string | null {
    return this.state.promptText;
  }

  getPostPrompt(): string | null {
    return this.state.postPrompt;
  }

  /** Null without sections. */
  getPromptPom(): readonly PomSection[] | null {
    return this.state.sections.length > 0 ? this.state.sections : null;
  }

  /** A model of the sections; changing it changes no agent. */
  get pom(): PromptObjectModel | null {
    return this.usePom ? PromptObjectModel.fromJson(this.state.sections) : null;
  }

  #pom(): readonly PomSection[] {
    return this.#own.sections;
  }

  /** Settings of the model for the prompt, such as `temperature`. */
  setPromptLlmParams(params: Data): this {
    return this.#set({ promptLlm: { ...this.#own.promptLlm, ...params } });
  }

  setPostPromptLlmParams(params: Data): this {
    return this.#set({ postPromptLlm: { ...this.#own.postPromptLlm, ...params } });
  }

  // — speech

  addHint(hint: string): this {
    return this.addHints([hint]);
  }

  addHints(hints: readonly string[]): this {
    return this.#set({ hints: [...this.#own.hints, ...hints] });
  }

  addPatternHint({ hint, pattern, replace, ignoreCase }: PatternHint): this {
    const added = { hint, pattern, replace, ...(ignoreCase === true && { ignore_case: true }) };
    return this.#set({ hints: [...this.#own.hints, added] });
  }

  addLanguage(language: LanguageConfig): this {
    return this.#set({ languages: [...this.#own.languages, languageData(language)] });
  }

  setLanguages(languages: readonly LanguageConfig[]): this {
    return this.#set({ languages: languages.map(languageData) });
  }

  addPronunciation(rule: PronunciationRule): this {
    return this.#set({ pronunciations: [...this.#own.pronunciations, ruleData(rule)] });
  }

  setPronunciations(rules: readonly PronunciationRule[]): this {
    return this.#set({ pronunciations: rules.map(ruleData) });
  }

  // — the AI's settings

  setParam(name: string, value: unknown): this {
    return this.setParams({ [name]: value });
  }

  setParams(params: Data): this {
    return this.#set({ params: { ...this.#own.params, ...params } });
  }

  /** Adds to the data that prompts and functions of a call see. */
  setGlobalData(data: Data): this {
    return this.#set({ globalData: { ...this.#own.globalData, ...data } });
  }

  updateGlobalData(data: Data): this {
    return this.setGlobalData(data);
  }

  replaceGlobalData(data: Data): this {
    return this.#set({ globalData: data });
  }

  setNativeFunctions(names: readonly string[]): this {
    return this.#set({ nativeFunctions: names });
  }

  get nativeFunctions(): readonly string[] {
    return this.state.nativeFunctions;
  }

  set nativeFunctions(names: readonly string[]) {
    this.setNativeFunctions(names);
  }

  /** By function, then language: `{ hangup: { 'en-US': ['Goodbye.'] } }`. */
  setInternalFillers(fillers: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>): this {
    for (const [name, languages] of Object.entries(fillers))
      for (const [language, phrases] of Object.entries(languages)) this.addInternalFiller(name, language, phrases);
    return this;
  }

  addInternalFiller(functionName: string, language: string, phrases: readonly string[]): this {
    if (!INTERNAL_FUNCTIONS.has(functionName))
      this.log.warn('the platform has no such function to fill for', { function: functionName });
    const { internalFillers } = this.#own;
    return this.#set({
      internalFillers: {
        ...internalFillers,
        [functionName]: { ...internalFillers[functionName], [language]: phrases },
      },
    });
  }

  /** Functions that another service serves. */
  addFunctionInclude(url: string, functions: readonly string[], metaData?: Data): this {
    return this.#set({
      includes: [...this.#own.includes, { url, functions, ...(metaData !== undefined && { meta_data: metaData }) }],
    });
  }

  /** In place of all includes. */
  setFunctionIncludes(includes: readonly { readonly url: string; readonly functions: readonly string[] }[]): this {
    return this.#set({ includes: includes.filter(({ url, functions }) => url !== '' && Array.isArray(functions)) });
  }

  /** An MCP server whose tools the platform calls itself. */
  addMcpServer(url: string, { headers, resources, resourceVars }: McpServerOptions = {}): this {
    const server = {
      url,
      ...(headers !== undefined && { headers }),
      ...(resources !== undefined && { resources }),
      ...(resourceVars !== undefined && { resource_vars: resourceVars }),
    };
    return this.#set({ mcpServers: [...this.#own.mcpServers, server] });
  }

  getMcpServers(): readonly Data[] {
    return this.state.mcpServers;
  }

  /** The platform tells `onDebugEvent` what happens in a call. */
  enableDebugEvents(level = 1): this {
    return this.#set({ debugLevel: level });
  }

  // — the flow of a call

  /** Runs before the call is answered. @throws ConfigurationError for a verb that there is not */
  addPreAnswerVerb(name: string, config: unknown): this {
    return this.#set({ preAnswer: [...this.#own.preAnswer, checkedVerb(name, config)] });
  }

  /** How the call is answered. */
  addAnswerVerb(config: Data = {}): this {
    return this.#set({ answer: config });
  }

  /** Runs between the answer and the AI. */
  addPostAnswerVerb(name: string, config: unknown): this {
    return this.#set({ postAnswer: [...this.#own.postAnswer, checkedVerb(name, config)] });
  }

  /** Runs when the AI has ended. */
  addPostAiVerb(name: string, config: unknown): this {
    return this.#set({ postAi: [...this.#own.postAi, checkedVerb(name, config)] });
  }

  clearPreAnswerVerbs(): this {
    return this.#set({ preAnswer: [] });
  }

  clearPostAnswerVerbs(): this {
    return this.#set({ postAnswer: [] });
  }

  clearPostAiVerbs(): this {
    return this.#set({ postAi: [] });
  }

  /** Steps that lead through a call; an empty builder unless one is given. */
  defineContexts(contexts: ContextBuilder = new ContextBuilder()): ContextBuilder {
    this.#contexts.change(() => contexts);
    return contexts;
  }

  resetContexts(): this {
    this.#contexts.change(() => null);
    return this;
  }

  /** The builder, to go on with: during a request a copy of that request's own. Null without contexts. */
  getContextBuilder(): ContextBuilder | null {
    return this.#contexts.own((contexts) => contexts?.clone() ?? null);
  }

  /** As they stand in the script; null when there are none. @throws ConfigurationError where they don't fit together */
  getContexts(): Data | null {
    return (
      this.#contexts.value?.toDict({ names: this.#callable(), areAll: this.state.mcpServers.length === 0 }) ?? null
    );
  }

  /** The names of all functions that a step may use. */
  #callable(): readonly string[] {
    const included = this.state.includes.flatMap(({ functions }) => (Array.isArray(functions) ? functions : []));
    return [...this.listToolNames(), ...this.state.nativeFunctions, ...included];
  }

  protected override get isConfiguredForCall(): boolean {
    return this.#state.isOwn || this.#contributions.isOwn || this.#contexts.isOwn || super.isConfiguredForCall;
  }

  /** What a script was made of: when one of these has changed, it is stale. */
  protected get sources(): readonly unknown[] {
    const contexts = this.#contexts.value;
    return [this.state, this.functions, contexts, contexts?.revision, this.getFullUrl(true)];
  }

  // — addresses

  /** Added to the addresses of functions and of the summary; empty values are left out. */
  addSwaigQueryParams(params: Readonly<Record<string, string>>): this {
    const named = Object.entries(params).filter(([, value]) => value !== '');
    return this.#set({ swaigQuery: { ...this.#own.swaigQuery, ...Object.fromEntries(named) } });
  }

  clearSwaigQueryParams(): this {
    return this.#set({ swaigQuery: {} });
  }

  /** Where functions without a token of their own are called, in place of this agent. */
  setWebHookUrl(url: string): this {
    return this.#set({ webHookUrl: url });
  }

  /** Where the summary is sent, in place of this agent. */
  setPostPromptUrl(url: string): this {
    return this.#set({ postPromptUrl: url });
  }
}

/** Both kinds of fillers under their names; one alone, or the older list, as `fillers`. */
function languageData(language: LanguageConfig): Data {
  const { name, code, voice, engine, model, speechModel, params = {} } = language;
  const speech = language.speechFillers ?? language.fillers;
  const { functionFillers } = language;
  const both = speech !== undefined && functionFillers !== undefined;
  const one = speech ?? functionFillers;
  return {
    name,
    code,
    voice,
    ...(engine !== undefined && { engine }),
    ...(model !== undefined && { model }),
    ...(speechModel !== undefined && { speech_model: speechModel }),
    ...(both ? { speech_fillers: speech, function_fillers: functionFillers } : one !== undefined && { fillers: one }),
    ...(Object.keys(params).length > 0 && { params }),
  };
}

const ruleData = ({ replace, with: spoken, ignoreCase }: PronunciationRule): Data => ({
  replace,
  with: spoken,
  ...(ignoreCase === true && { ignore_case: true }),
});
