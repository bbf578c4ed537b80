/**
 * A voice agent: a small web service whose call script starts an AI with a prompt and functions, and that runs those functions,
 * takes the summary of a call and serves its tools over MCP. Everything is protected unless said otherwise.
 */
import type { Hono } from 'hono';
import { fromUtf8, toHex, toUtf8 } from '../kernel/encoding.ts';
import { systemEntropy } from '../kernel/entropy.ts';
import { parseStrictJson } from '../shield/strict-json.ts';
import { isInScope, outsideScopes, Scoped } from './agent/call-scope.ts';
import { ownView } from './agent/own-view.ts';
import { renderAgent, type ScriptOptions, type SwmlDocument } from './agent/render-agent.ts';
import { type ScriptTemplate, scriptTemplate, type TokenOf } from './agent/script-template.ts';
import { ConfigurableAgent, type SectionOptions } from './configurable-agent.ts';
import { ConfigurationError } from './configuration-error.ts';
import { callIdOf } from './door/call-body.ts';
import { endOnSignal } from './door/end-on-signal.ts';
import type { CallRequest, JsonAnswer } from './door/served.ts';
import type { ExtraRoute } from './door/service-door.ts';
import type { Serving } from './door/serving.ts';
import { agentMcp } from './mcp/agent-mcp.ts';
import {
  ServerlessAdapter,
  type ServerlessEvent,
  type ServerlessPlatform,
  type ServerlessResponse,
} from './serverless-adapter.ts';
import type { SkillBase } from './skills/skill-base.ts';
import { type LoadedSkill, SkillManager } from './skills/skill-manager.ts';
import { SkillRegistry } from './skills/skill-registry.ts';
import type { SkillConfig } from './skills/skill-tool.ts';
import type { SwaigRequest } from './swaig-function.ts';
import type { ServiceOptions } from './swml-service.ts';
import type { FunctionTable } from './tools/function-table.ts';

export interface AgentOptions extends ServiceOptions, Partial<ScriptOptions> {
  /** 16 random hexadecimal digits unless said. */
  readonly agentId?: string;
  readonly nativeFunctions?: readonly string[];
}

/**
 * Configures one call: whatever it changes, on `agent` or on the agent itself, is that call's alone. It runs for the script, for
 * each function and for the summary. Headers that carry credentials are not among `headers`.
 */
export type DynamicConfigCallback = (
  query: Readonly<Record<string, string>>,
  body: SwaigRequest,
  headers: Readonly<Record<string, string>>,
  agent: AgentBase,
) => void | Promise<void>;

type Data = Readonly<Record<string, unknown>>;

const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null;

const SHUTDOWN_MS = 5_000;
const AGENT_ID_BYTES = 8;
const MARK_BYTES = 16;
const CALL_ID_BYTES = 16;

export class AgentBase extends ConfigurableAgent {
  /** Sections that every agent of a subclass begins with. */
  static PROMPT_SECTIONS?: readonly ({ readonly title: string } & SectionOptions)[];

  readonly agentId: string;
  readonly skillManager = new SkillManager(this);
  readonly #options: ScriptOptions;
  readonly #entropy = systemEntropy();
  readonly #perCall = new Scoped<readonly DynamicConfigCallback[]>([]);
  #template: { readonly of: readonly unknown[]; readonly fill: ScriptTemplate } | null = null;
  readonly #sipUsernames = new Set<string>();
  #isMcpEnabled = false;
  #hasDefinedTools = false;
  #serverless: Hono | null = null;

  /** @throws ConfigurationError for an option or an environment variable that can't be meant. */
  constructor(options: AgentOptions) {
    super(options);
    const { autoAnswer = true, recordCall = false, recordFormat = 'mp4', recordStereo = true } = options;
    this.#options = { usePom: this.usePom, autoAnswer, recordCall, recordFormat, recordStereo };
    this.agentId = options.agentId ?? toHex(this.#entropy.bytes(AGENT_ID_BYTES));
    if (options.nativeFunctions !== undefined) this.setNativeFunctions(options.nativeFunctions);
    const { PROMPT_SECTIONS = [] } = this.constructor as typeof AgentBase;
    for (const { title, ...section } of PROMPT_SECTIONS) this.promptAddSection(title, section);
  }

  // — each call's own configuration

  /** In place of all that were set before. */
  setDynamicConfigCallback(callback: DynamicConfigCallback): this {
    this.#perCall.change(() => [callback]);
    return this;
  }

  /** After those that were set before, on the same call. */
  addPerCallConfig(callback: DynamicConfigCallback): this {
    this.#perCall.change((before) => [...before, callback]);
    return this;
  }

  async #configure({ query, body, headers }: CallRequest): Promise<void> {
    const own = ownView(this);
    for (const callback of this.#perCall.value) await callback(query, body, headers, own);
  }

  // — skills

  /** Sets a skill up and adds its functions, prompt, hints and data. @throws ConfigurationError for one that does not fit */
  async addSkill(skill: SkillBase): Promise<this> {
    await this.skillManager.addSkill(skill);
    return this;
  }

  /** The same for one that is registered. */
  async addSkillByName(name: string, params?: SkillConfig): Promise<this> {
    const registry = SkillRegistry.getInstance();
    const skill = registry.create(name, params);
    if (skill === null)
      throw new ConfigurationError(
        `There is no skill ${name}; registered are ${registry.listRegistered().join(', ')}.`,
      );
    return this.addSkill(skill);
  }

  /** By instance key or id, with all that it added. False where there is none. */
  removeSkill(keyOrId: string): Promise<boolean> {
    return this.skillManager.removeSkill(keyOrId);
  }

  /** The first of that name. */
  async removeSkillByName(name: string): Promise<boolean> {
    const first = this.listSkills().find((skill) => skill.name === name);
    return first !== undefined && this.removeSkill(first.instanceId);
  }

  listSkills(): LoadedSkill[] {
    return this.skillManager.listSkills();
  }

  hasSkill(name: string): boolean {
    return this.skillManager.hasSkill(name);
  }

  // — the script

  /** The script for a call, as JSON. @param modifications merged into the AI's part. */
  override renderSwml(callId?: string, modifications?: Data): string {
    const script = this.#script(callId, modifications);
    return typeof script === 'string' ? script : fromUtf8(script)!; // it was made of text
  }

  override getDocument(): SwmlDocument {
    return JSON.parse(this.renderSwml());
  }

  /** As text, or as the bytes that go out. */
  #script(callId: string = this.#freshCallId(), modifications?: Data): string | Uint8Array {
    const tokenOf: TokenOf = this.sessionManager.tokensOf(callId);
    const isForThisCall = modifications !== undefined || this.isConfiguredForCall;
    return isForThisCall ? JSON.stringify(this.#document(tokenOf, modifications)) : this.#filled(tokenOf);
  }

  /** From the template, while nothing has changed since it was made. */
  #filled(tokenOf: TokenOf): Uint8Array {
    const of = this.sources;
    const kept = this.#template;
    if (kept !== null && of.every((source, i) => source === kept.of[i])) return kept.fill(tokenOf);
    const mark = toHex(this.#entropy.bytes(MARK_BYTES));
    const fill = scriptTemplate(mark, (markOf) => this.#document(markOf));
    this.#template = { of, fill };
    return fill(tokenOf);
  }

  #document(tokenOf: TokenOf, modifications?: Data): SwmlDocument {
    return renderAgent({
      state: this.state,
      functions: this.functions,
      prompt: this.getPrompt(),
      contexts: this.getContexts(),
      options: this.#options,
      url: this.getFullUrl(true),
      tokenOf,
      ...(modifications !== undefined && { modifications }),
    });
  }

  #freshCallId = (): string => toHex(this.#entropy.bytes(CALL_ID_BYTES));

  // — requests

  protected override async answerScript(request: CallRequest): Promise<string | Uint8Array> {
    if (this.#perCall.value.length > 0) await this.#configure(request);
    const asked = this.onSwmlRequest(request.body, request.path, request);
    const modifications = asked instanceof Promise ? await asked : asked;
    const isOverridden = this.renderSwml !== AgentBase.prototype.renderSwml;
    const given = [callIdOf(request), isData(modifications) ? modifications : undefined] as const;
    return isOverridden ? this.renderSwml(...given) : this.#script(...given);
  }

  protected override async answerFunction(request: CallRequest): Promise<JsonAnswer> {
    if (this.#perCall.value.length > 0) await this.#configure(request);
    return super.answerFunction(request);
  }

  protected override async answerSummary(request: CallRequest): Promise<object> {
    if (this.#perCall.value.length > 0) await this.#configure(request);
    const given = await this.onSummary(summaryOf(request.body), request.body);
    return typeof given === 'object' && given !== null ? given : { ok: true };
  }

  protected override async answerDebugEvent({ body }: CallRequest): Promise<void> {
    await this.onDebugEvent(body);
  }

  override get functions(): FunctionTable {
    if (!this.#hasDefinedTools) {
      this.#hasDefinedTools = true; // before, as it may ask what there is
      try {
        outsideScopes(() => this.defineTools());
      } catch (fault) {
        this.#hasDefinedTools = false;
        throw fault;
      }
    }
    return super.functions;
  }

  override registerSwaigFunction(entry: Parameters<ConfigurableAgent['registerSwaigFunction']>[0]): this {
    if (isInScope()) void this.functions; // a call's own come after those that all calls have
    return super.registerSwaigFunction(entry);
  }

  // — hooks, for subclasses

  /** Called once, when the functions are first asked for: the place to define those that all callers have. */
  protected defineTools(): void {}

  /** Called before each script; an object that it gives back is merged into the AI's part. */
  onSwmlRequest(_body: SwaigRequest, _path?: string, _request?: CallRequest): unknown {
    return undefined;
  }

  /**
   * Called with the AI's answer to the post prompt: parsed if it is JSON, else its text; null when there is none. An object that
   * it gives back is the answer to the platform.
   */
  onSummary(_summary: unknown, _rawData: SwaigRequest): unknown {
    return undefined;
  }

  onDebugEvent(_event: SwaigRequest): unknown {
    return undefined;
  }

  // — SIP

  /** Serves `path` for calls to SIP addresses. @param autoMap answers to names made of the agent's own, too. */
  enableSipRouting(autoMap = true, path = '/sip'): this {
    if (autoMap) this.autoMapSipUsernames();
    return this.registerRoutingCallback(() => null, path);
  }

  /** A SIP user name that is this agent's, in any case. */
  registerSipUsername(username: string): this {
    this.#sipUsernames.add(username.toLowerCase());
    return this;
  }

  /** The agent's name and route, without what a user name can't hold, and the name without its vowels. */
  autoMapSipUsernames(): this {
    const plain = [this.name, this.route].map((text) => text.toLowerCase().replace(/[^a-z0-9_]/g, ''));
    const short = plain[0]!.length > 3 ? plain[0]!.replace(/[aeiou]/g, '') : '';
    for (const username of [...plain, short]) if (username !== '') this.registerSipUsername(username);
    return this;
  }

  get sipUsernames(): ReadonlySet<string> {
    return this.#sipUsernames;
  }

  // — MCP

  /** Serves the agent's functions as MCP tools at `/mcp`: behind the same credentials, and secure ones ask for their token. */
  enableMcpServer(): this {
    this.#isMcpEnabled = true;
    return this;
  }

  isMcpServerEnabled(): boolean {
    return this.#isMcpEnabled;
  }

  protected override extraRoutes(): readonly ExtraRoute[] {
    if (!this.#isMcpEnabled) return [];
    const mcp = agentMcp({
      name: this.name,
      log: this.log,
      tools: () => this.getTools().filter(({ webhookUrl }) => webhookUrl === undefined),
      run: (name, call) => this.runFunction(name, call),
    });
    return [
      {
        path: '/mcp',
        handle: async (c, bytes, request) => {
          if (this.#perCall.value.length > 0) await this.#configure(request);
          return mcp(c, bytes);
        },
      },
    ];
  }

  // — running

  /** Answers one event of a serverless platform; which one is told by its environment unless said. */
  runServerless(
    event: ServerlessEvent,
    _context?: unknown,
    platform: ServerlessPlatform = 'auto',
  ): Promise<ServerlessResponse> {
    this.#serverless ??= this.getApp();
    return new ServerlessAdapter(platform).handleRequest(this.#serverless, event);
  }

  /** Serves, or answers the event that is given. */
  async run(
    options: {
      readonly host?: string;
      readonly port?: number;
      readonly event?: ServerlessEvent;
      readonly platform?: ServerlessPlatform;
    } = {},
  ): Promise<Serving | ServerlessResponse> {
    const { event, platform, ...where } = options;
    return event === undefined ? this.serve(where) : this.runServerless(event, undefined, platform);
  }

  /**
   * Ends all that this process serves on SIGTERM or SIGINT: running requests may finish for `timeout` milliseconds, then the
   * process ends.
   */
  static setupGracefulShutdown({ timeout = SHUTDOWN_MS }: { readonly timeout?: number } = {}): void {
    endOnSignal(timeout);
  }
}

/** `post_prompt_data.parsed[0]`, or `raw`: parsed if it is JSON. */
function summaryOf({ post_prompt_data: data, summary }: SwaigRequest): unknown {
  if (summary !== undefined) return summary;
  if (typeof data !== 'object' || data === null) return null;
  const { parsed, raw } = data as { parsed?: unknown; raw?: unknown };
  if (Array.isArray(parsed) && parsed.length > 0) return parsed[0];
  if (typeof raw !== 'string' || raw === '') return null;
  const read = parseStrictJson(toUtf8(raw));
  return read.ok ? read.value : raw;
}
