/**
 * Skills by name, for the whole process. What was locked can be neither replaced nor removed: code that is loaded later can't put
 * its own `transfer` in place of the one that was looked at. There is no finding of skills in folders (skill-base.ts says why).
 */
import { ConfigurationError } from '../configuration-error.ts';
import { getLogger } from '../logger.ts';
import { BUILTIN_SKILLS } from './builtin-skills.ts';
import type { SkillBase } from './skill-base.ts';
import type { ParameterSchema } from './skill-parameters.ts';
import type { SkillConfig } from './skill-tool.ts';

/** A skill that can be made: its static members, and a constructor of its parameters. */
export type SkillClass = (new (config?: SkillConfig) => SkillBase) & Omit<typeof SkillBase, 'prototype'>;

/** What anybody may know of a skill. Parameters that are hidden are without their defaults. */
export interface SkillSchemaInfo {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly supportsMultipleInstances: boolean;
  readonly requiredEnvVars: readonly string[];
  readonly parameters: ParameterSchema;
}

const log = getLogger('signalwire.skills');
let instance: SkillRegistry | null = null;

export class SkillRegistry {
  readonly #classes = new Map<string, SkillClass>(BUILTIN_SKILLS.map((Skill) => [Skill.SKILL_NAME, Skill]));
  readonly #locked = new Set<string>();

  /** The process's own. */
  static getInstance(): SkillRegistry {
    instance ??= new SkillRegistry();
    return instance;
  }

  /** For tests. */
  static resetInstance(): void {
    instance = null;
  }

  /** A locked name stays what it is, which is logged. @throws ConfigurationError for a class without name or schema */
  register(Skill: SkillClass): void {
    const { SKILL_NAME: name } = Skill;
    if (name === '') throw new ConfigurationError(`${Skill.name} needs a static SKILL_NAME.`);
    if (Object.keys(Skill.getParameterSchema()).length === 0)
      throw new ConfigurationError(`The skill ${name} has an empty schema: begin with super.getParameterSchema().`);
    if (this.#isLocked(name)) return;
    this.#classes.set(name, Skill);
  }

  /** Nobody may replace or remove these, or all that there are. */
  lock(names: readonly string[] = this.listRegistered()): void {
    for (const name of names) this.#locked.add(name);
  }

  /** False for one that there is not, or that is locked. */
  unregister(name: string): boolean {
    return !this.#isLocked(name) && this.#classes.delete(name);
  }

  /** Removes all but the locked. */
  clear(): void {
    for (const name of this.listRegistered()) if (!this.#locked.has(name)) this.#classes.delete(name);
  }

  /** Null for one that there is not. @throws ConfigurationError for parameters that don't fit */
  create(name: string, config?: SkillConfig): SkillBase | null {
    const Skill = this.#classes.get(name);
    return Skill === undefined ? null : new Skill(config);
  }

  getSkillClass(name: string): SkillClass | undefined {
    return this.#classes.get(name);
  }

  has(name: string): boolean {
    return this.#classes.has(name);
  }

  listRegistered(): string[] {
    return [...this.#classes.keys()];
  }

  listSkills(): SkillSchemaInfo[] {
    return [...this.#classes.values()].map(infoOf);
  }

  getSkillSchema(name: string): SkillSchemaInfo | undefined {
    const Skill = this.#classes.get(name);
    return Skill === undefined ? undefined : infoOf(Skill);
  }

  getAllSkillsSchema(): Record<string, SkillSchemaInfo> {
    return Object.fromEntries(this.listSkills().map((info) => [info.name, info]));
  }

  get size(): number {
    return this.#classes.size;
  }

  #isLocked(name: string): boolean {
    const isLocked = this.#locked.has(name);
    if (isLocked) log.warn('a locked skill stays as it is', { skill: name });
    return isLocked;
  }
}

function infoOf(Skill: SkillClass): SkillSchemaInfo {
  const shown = Object.entries(Skill.getParameterSchema()).map(([name, { default: fallback, ...entry }]) => [
    name,
    entry.hidden === true || fallback === undefined ? entry : { ...entry, default: fallback },
  ]);
  return {
    name: Skill.SKILL_NAME,
    description: Skill.SKILL_DESCRIPTION,
    version: Skill.SKILL_VERSION,
    supportsMultipleInstances: Skill.SUPPORTS_MULTIPLE_INSTANCES,
    requiredEnvVars: [...Skill.REQUIRED_ENV_VARS],
    parameters: Object.fromEntries(shown),
  };
}

export const registerSkill = (Skill: SkillClass): void => SkillRegistry.getInstance().register(Skill);
/** What can be added by name, in this process. */
export const listSkills = (): SkillSchemaInfo[] => SkillRegistry.getInstance().listSkills();
export const listSkillsWithParams = (): Record<string, SkillSchemaInfo> =>
  SkillRegistry.getInstance().getAllSkillsSchema();
