/** What a skill adds to an agent, and how a skill is described: plain data. */
import type { ArgumentsOf, Fillers, SwaigHandler } from '../swaig-function.ts';
import type { ParametersGiven } from '../tools/parameters.ts';

/** By name; each skill says in its parameter schema which there are. */
export type SkillConfig = Readonly<Record<string, unknown>>;

export interface SkillToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly parameters?: ParametersGiven;
  readonly required?: readonly string[];
  readonly handler: SwaigHandler;
  /** True unless said. */
  readonly secure?: boolean;
  readonly fillers?: Fillers;
  readonly wait_for_fillers?: boolean;
  readonly skip_fillers?: boolean;
}

export interface SkillPromptSection {
  readonly title: string;
  readonly body?: string;
  readonly bullets?: readonly string[];
  readonly numbered?: boolean;
}

/** A tool whose handler's arguments follow from its parameters. */
export const defineSkillTool = <const P extends ParametersGiven = Record<never, never>>(
  tool: Omit<SkillToolDefinition, 'parameters' | 'handler'> & {
    readonly parameters?: P;
    readonly handler: SwaigHandler<ArgumentsOf<P>>;
  },
): SkillToolDefinition => tool as SkillToolDefinition;
