/**
 * The skills of one agent: checks a skill, sets it up and adds all that it brings, and takes exactly that away again. During a
 * request a skill is added for that call alone, or removed from it (agent/call-scope.ts); `cleanup` runs when one is removed from
 * the agent itself. So skills that hold something open are added when the agent is made.
 */
import { Scoped } from '../agent/call-scope.ts';
import type { ConfigurableAgent } from '../configurable-agent.ts';
import { ConfigurationError } from '../configuration-error.ts';
import { SwaigFunction, type SwaigFunctionOptions } from '../swaig-function.ts';
import type { SkillBase } from './skill-base.ts';
import { SkillRegistry } from './skill-registry.ts';
import type { SkillConfig, SkillPromptSection, SkillToolDefinition } from './skill-tool.ts';

type Data = Readonly<Record<string, unknown>>;
type Skills = ReadonlyMap<string, SkillBase>;
type SkillClass = new (config?: SkillConfig) => SkillBase;

/** What anybody may be told of a skill; none of its parameters. */
export interface LoadedSkill {
  readonly name: string;
  readonly instanceId: string;
  readonly initialized: boolean;
}

/** What the SDK says of a function itself. */
const OWN_FIELDS = ['function', 'description', 'parameters', 'web_hook_url', 'secure'];
/** A shorter text stands in a script by chance. */
const LEAST_SECRET = 8;

export class SkillManager {
  readonly #agent: ConfigurableAgent | undefined;
  readonly #loaded = new Scoped<Skills>(new Map());
  /** Names of what each skill added. */
  readonly #functions = new WeakMap<SkillBase, readonly string[]>();

  constructor(agent?: ConfigurableAgent) {
    this.#agent = agent;
  }

  /**
   * Checks it, sets it up and adds what it brings.
   * @throws ConfigurationError where it is there already, lacks a variable, does not set itself up, brings a function whose name is
   * taken, or would show a secret.
   */
  async addSkill(skill: SkillBase): Promise<void> {
    this.#admit(skill);
    try {
      this.#add(skill, await skill.setup());
    } catch (fault) {
      await skill.cleanup();
      throw fault;
    }
  }

  /** The same for a skill whose setup takes no time, where nothing can be waited for: in a constructor. */
  addSkillNow(skill: SkillBase): void {
    this.#admit(skill);
    const isReady = skill.setup();
    if (typeof isReady !== 'boolean')
      throw new ConfigurationError(`The skill ${skill.skillName} takes time to set up: await addSkill().`);
    this.#add(skill, isReady);
  }

  /** Makes one and adds it. Never rejects: says what is wrong. */
  async loadSkill(Skill: SkillClass, config?: SkillConfig): Promise<[boolean, string]> {
    try {
      await this.addSkill(new Skill(config));
      return [true, ''];
    } catch (fault) {
      return [false, fault instanceof Error ? fault.message : String(fault)];
    }
  }

  /** The same by the name that it is registered by. */
  async loadSkillByName(name: string, config?: SkillConfig): Promise<[boolean, string]> {
    const Skill = SkillRegistry.getInstance().getSkillClass(name);
    return Skill === undefined ? [false, `There is no skill ${name}.`] : this.loadSkill(Skill, config);
  }

  /** By instance key or id; false where there is none. Its functions, prompt, hints and data go with it. */
  async removeSkill(keyOrId: string): Promise<boolean> {
    const skill = this.getSkill(keyOrId);
    if (skill === undefined) return false;
    const key = skill.getInstanceKey();
    this.#loaded.change((all) => new Map([...all].filter(([one]) => one !== key)));
    for (const name of this.#functions.get(skill) ?? []) this.#agent?.removeFunction(name);
    this.#agent?.withdraw(contributor(key));
    if (!this.#loaded.isOwn) await skill.cleanup(); // other calls still use one that was removed from this call alone
    return true;
  }

  /** How many were removed. */
  async removeSkillByName(name: string): Promise<number> {
    const found = [...this.loadedSkills].filter(([, { skillName }]) => skillName === name);
    for (const [key] of found) await this.removeSkill(key);
    return found.length;
  }

  async clear(): Promise<void> {
    for (const key of this.listSkillKeys()) await this.removeSkill(key);
  }

  hasSkill(name: string): boolean {
    return this.#all().some(({ skillName }) => skillName === name);
  }

  hasSkillByKey(key: string): boolean {
    return this.loadedSkills.has(key);
  }

  getSkill(keyOrId: string): SkillBase | undefined {
    return this.loadedSkills.get(keyOrId) ?? this.#all().find(({ instanceId }) => instanceId === keyOrId);
  }

  listSkills(): LoadedSkill[] {
    return this.#all().map((skill) => ({
      name: skill.skillName,
      instanceId: skill.instanceId,
      initialized: skill.isInitialized(),
    }));
  }

  listSkillKeys(): string[] {
    return [...this.loadedSkills.keys()];
  }

  getAllTools(): SkillToolDefinition[] {
    return this.#all().flatMap((skill) => skill.getTools());
  }

  getAllPromptSections(): SkillPromptSection[] {
    return this.#all().flatMap((skill) => skill.getPromptSections());
  }

  getAllHints(): string[] {
    return this.#all().flatMap((skill) => skill.getHints());
  }

  getMergedGlobalData(): Data {
    return Object.assign({}, ...this.#all().map((skill) => skill.getGlobalData()));
  }

  /** By instance key. */
  get loadedSkills(): Skills {
    return this.#loaded.value;
  }

  get size(): number {
    return this.loadedSkills.size;
  }

  #all(): readonly SkillBase[] {
    return [...this.loadedSkills.values()];
  }

  #admit(skill: SkillBase): void {
    this.#assertNew(skill);
    const missing = skill.validateEnvVars();
    if (missing.length > 0)
      throw new ConfigurationError(`The skill ${skill.skillName} needs these variables: ${missing.join(', ')}.`);
    if (this.#agent !== undefined) skill.setAgent(this.#agent);
  }

  #assertNew(skill: SkillBase): void {
    if (this.hasSkillByKey(skill.getInstanceKey()))
      throw new ConfigurationError(
        `The skill ${skill.getInstanceKey()} is there already; where there may be several, tell them apart by tool_name.`,
      );
  }

  /** All of it or nothing. */
  #add(skill: SkillBase, isReady: boolean): void {
    if (!isReady) throw new ConfigurationError(`The skill ${skill.skillName} could not be set up.`);
    this.#assertNew(skill); // another may have been added while this one was set up
    const agent = this.#agent;
    const key = skill.getInstanceKey();
    const functions = skill.getTools().map((tool) => functionOf(tool, skill));
    const raw = skill.getDataMapTools();
    const contribution = {
      sections: skill.getPromptSections(),
      hints: skill.getHints(),
      globalData: skill.getGlobalData(),
    };
    assertNoSecret(skill, [functions.map(({ definition }) => definition), raw, contribution]);
    const names = [...functions.map(({ name }) => name), ...raw.map((one) => String(one['function']))];
    const taken = names.filter((name, i) => agent?.isNameTaken(name) || names.indexOf(name) !== i);
    if (taken.length > 0)
      throw new ConfigurationError(`The skill ${key} brings functions whose names are taken: ${taken.join(', ')}.`);
    for (const entry of [...functions, ...raw]) agent?.registerSwaigFunction(entry);
    agent?.contribute(contributor(key), contribution);
    this.#functions.set(skill, names);
    this.#loaded.change((all) => new Map([...all, [key, skill]]));
    skill.markInitialized();
  }
}

const contributor = (key: string): string => `skill:${key}`;

function functionOf(tool: SkillToolDefinition, { skillName, swaigFields }: SkillBase): SwaigFunction {
  const { wait_for_fillers, skip_fillers, ...options } = tool;
  const own = OWN_FIELDS.filter((field) => Object.hasOwn(swaigFields, field));
  if (own.length > 0)
    throw new ConfigurationError(`swaig_fields of the skill ${skillName} can't change ${own.join(', ')}.`);
  const extraFields = {
    ...(wait_for_fillers !== undefined && { wait_for_fillers }),
    ...(skip_fillers !== undefined && { skip_fillers }),
    ...swaigFields,
  };
  return new SwaigFunction({ ...options, extraFields } as SwaigFunctionOptions<never, never>);
}

/** A script goes to the platform, its logs and the model. @throws ConfigurationError */
function assertNoSecret(skill: SkillBase, shown: unknown): void {
  const script = JSON.stringify(shown);
  const isShown = (secret: string) =>
    secret.length >= LEAST_SECRET && script.includes(JSON.stringify(secret).slice(1, -1));
  if (skill.secrets().some(isShown))
    throw new ConfigurationError(
      `The skill ${skill.skillName} would write a secret into the script. Use it where the function runs, or declare it without \`hidden\`.`,
    );
}
