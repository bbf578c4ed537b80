/**
 * A skill: tools, parts of the prompt, words to expect and data that are added to an agent together, and taken away together.
 * Subclasses say what it is by static members and override what they need.
 *
 * Left out on purpose: REQUIRED_PACKAGES, and finding skills in folders. Both import what a setting names, so that whoever can
 * write that setting, or into that folder, runs code in the agent's process. Import a skill and register it instead.
 *
 * Parameters that are `hidden` (secrets) are in no log, list or inspection of a skill, and a skill that would write one into the
 * script is refused (skill-manager.ts).
 */
// biome-ignore-all lint/complexity/noThisInStatic: a schema depends on the class that is asked
import { toHex } from '../../kernel/encoding.ts';
import { systemEntropy } from '../../kernel/entropy.ts';
import type { ConfigurableAgent } from '../configurable-agent.ts';
import { ConfigurationError } from '../configuration-error.ts';
import type { FunctionResult } from '../function-result.ts';
import { getLogger, type Logger } from '../logger.ts';
import { environmentVariable } from '../settings.ts';
import type { SwaigRequest } from '../swaig-function.ts';
import { checkedParameters, type ParameterSchema } from './skill-parameters.ts';
import type { SkillConfig, SkillPromptSection, SkillToolDefinition } from './skill-tool.ts';

type Data = Readonly<Record<string, unknown>>;

const entropy = systemEntropy();
const ID_BYTES = 8;

export abstract class SkillBase {
  /** What it is called by. Every skill says its own. */
  static SKILL_NAME = '';
  static SKILL_DESCRIPTION = '';
  static SKILL_VERSION = '1.0.0';
  /** Without these it can't be added. */
  static REQUIRED_ENV_VARS: readonly string[] = [];
  /** An agent may have several, told apart by `tool_name`. */
  static SUPPORTS_MULTIPLE_INSTANCES = false;

  /** What it can be told. A skill's own parameters go beside these: `{ ...super.getParameterSchema(), … }`. */
  static getParameterSchema(): ParameterSchema {
    return {
      swaig_fields: {
        type: 'object',
        description: 'More fields for each of its functions in the script, such as fillers.',
      },
      skip_prompt: { type: 'boolean', description: 'Adds nothing to the prompt.', default: false },
      ...(this.SUPPORTS_MULTIPLE_INSTANCES && {
        tool_name: {
          type: 'string',
          description: 'Name of its function; tells several of them apart.',
          min: 1,
          max: 128,
        },
      }),
    };
  }

  readonly skillName: string;
  readonly instanceId: string;
  /** More fields for each of its functions in the script. */
  readonly swaigFields: Data;
  protected readonly logger: Logger;
  // private, as JSON and inspection show every other field
  readonly #config: SkillConfig;
  readonly #defined: SkillToolDefinition[] = [];
  #agent: ConfigurableAgent | undefined;
  #isInitialized = false;

  /** @throws ConfigurationError for a skill without a name or description, and for parameters that don't fit its schema. */
  constructor(given: SkillConfig = {}) {
    const { SKILL_NAME: name, SKILL_DESCRIPTION: description } = this.#class;
    if (name === '' || description === '')
      throw new ConfigurationError(`${this.#class.name} needs a static SKILL_NAME and SKILL_DESCRIPTION.`);
    const isClosed = this.#class.getParameterSchema !== SkillBase.getParameterSchema;
    const checked = checkedParameters(name, this.#class.getParameterSchema(), given, isClosed, environmentVariable);
    const { swaig_fields: fields, ...config } = checked;
    this.skillName = name;
    this.instanceId = `${name}-${toHex(entropy.bytes(ID_BYTES))}`;
    this.swaigFields = Object.freeze({ ...(fields as Data | undefined) });
    this.#config = Object.freeze(config);
    this.logger = getLogger(`signalwire.skills.${name}`);
  }

  get #class(): typeof SkillBase {
    return this.constructor as typeof SkillBase;
  }

  /** With defaults, without `swaig_fields`. */
  get params(): SkillConfig {
    return this.#config;
  }

  protected get config(): SkillConfig {
    return this.#config;
  }

  /** One parameter, or `fallback` where it was not given. */
  getConfig<T = unknown>(key: string, fallback?: T): T {
    return (this.#config[key] ?? fallback) as T;
  }

  get agent(): ConfigurableAgent | undefined {
    return this.#agent;
  }

  setAgent(agent: ConfigurableAgent): void {
    this.#agent = agent;
  }

  // — what subclasses override

  /** Runs when it is added; false, or a rejection, and it is not. */
  setup(): boolean | Promise<boolean> {
    return true;
  }

  getTools(): readonly SkillToolDefinition[] {
    return this.#defined;
  }

  /** Functions that run elsewhere, as they stand in a script. */
  getDataMapTools(): readonly Data[] {
    return [];
  }

  /** Override `_getPromptSections`, so that `skip_prompt` counts. */
  getPromptSections(): readonly SkillPromptSection[] {
    return this.getConfig('skip_prompt', false) ? [] : this._getPromptSections();
  }

  protected _getPromptSections(): readonly SkillPromptSection[] {
    return [];
  }

  getHints(): readonly string[] {
    return [];
  }

  /** Added to the call's data, under `getSkillNamespace()` unless it is meant for others. */
  getGlobalData(): Data {
    return {};
  }

  /** Runs when it is removed. */
  cleanup(): void | Promise<void> {}

  /** Adds to what `getTools` gives. */
  protected defineTool(tool: SkillToolDefinition): void {
    this.#defined.push(tool);
  }

  // — what it is known by

  /** One agent has a key once: the name, and `tool_name` where there may be several. */
  getInstanceKey(): string {
    const tool = this.#class.SUPPORTS_MULTIPLE_INSTANCES ? this.getConfig('tool_name', '') : '';
    return tool === '' ? this.skillName : `${this.skillName}_${tool}`;
  }

  isInitialized(): boolean {
    return this.#isInitialized;
  }

  markInitialized(): void {
    this.#isInitialized = true;
  }

  /** Required variables that are not set. */
  validateEnvVars(): string[] {
    return this.#class.REQUIRED_ENV_VARS.filter((name) => (environmentVariable(name) ?? '') === '');
  }

  hasAllEnvVars(): boolean {
    return this.validateEnvVars().length === 0;
  }

  /** Texts among its parameters that nobody may see. */
  secrets(): readonly string[] {
    return Object.entries(this.#class.getParameterSchema())
      .filter(([, { hidden }]) => hidden === true)
      .map(([name]) => this.#config[name])
      .filter((value) => typeof value === 'string');
  }

  // — a call's own data

  /** Where its data stand in the data of a call: `skill:datetime`. */
  getSkillNamespace(): string {
    return `skill:${this.getInstanceKey()}`;
  }

  /** Its data of the call that a request is about; empty where there are none. */
  getSkillData(rawData: SwaigRequest): Data {
    const all = record(rawData['global_data']);
    return record(Object.hasOwn(all, this.getSkillNamespace()) ? all[this.getSkillNamespace()] : undefined);
  }

  /** Makes `data` its data of the call, in place of those that it had. */
  updateSkillData(result: FunctionResult, data: Data): FunctionResult {
    return result.updateGlobalData({ [this.getSkillNamespace()]: data });
  }
}

const record = (value: unknown): Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};
