/**
 * A configuration as single statements, each with its place and the section that it belongs to: by names, so that moving an
 * agent up changes nothing. Lists of plain values are one statement: their order may matter.
 */
import type { Section } from '../../../guard/grant.ts';
import type { Json } from '../../../kernel/canonical-json.ts';
import type { SwarmConfig } from '../schema.ts';

export interface Leaf {
  /** `agents.front-desk.prompt`, `models.large.keys.main.apiKeyEnv`. */
  readonly path: string;
  readonly section: Section;
  readonly value: Json;
  /** Shown by hash and length alone: a prompt, and a program's arguments, in which people put secrets. */
  readonly hidden: boolean;
}

const OF_AGENT: Readonly<Record<string, Section>> = {
  prompt: 'prompts',
  model: 'models',
  peers: 'peers',
  tools: 'tools',
  input: 'schemas',
  output: 'schemas',
  limits: 'limits',
};
const OF_SWARM: Readonly<Record<string, Section>> = { limits: 'limits', visibility: 'policies' };
/** Whole: a schema says one thing. */
const WHOLE = new Set(['input', 'output']);

export function leavesOf({ swarm, agents, models, tools, policies }: SwarmConfig): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const add = (value: unknown, path: string, section: Section, field = ''): void => {
    if (value === undefined) return;
    if (isPlain(value) || WHOLE.has(field)) {
      leaves.push({ path, section, value: value as Json, hidden: field === 'prompt' || field === 'command' });
      return;
    }
    if (Array.isArray(value) && !value.every(isNamed)) {
      leaves.push({ path, section, value: value as Json, hidden: field === 'command' });
      return;
    }
    const inner = Array.isArray(value)
      ? value.map((one) => [nameOf(one), one] as const)
      : Object.entries(value as object);
    // that it is there at all is a statement too
    if (inner.length === 0 || Array.isArray(value))
      leaves.push({ path, section, value: inner.map(([name]) => name).sort(), hidden: false });
    for (const [name, one] of inner) add(one, `${path}.${name}`, section, name);
  };
  for (const [field, value] of Object.entries(swarm)) add(value, `swarm.${field}`, OF_SWARM[field] ?? 'agents');
  for (const agent of agents)
    for (const [field, value] of Object.entries(agent))
      add(value, `agents.${agent.name}.${field}`, OF_AGENT[field] ?? 'agents', field);
  for (const model of models)
    for (const [field, value] of Object.entries(model)) add(value, `models.${model.alias}.${field}`, 'models', field);
  for (const tool of tools)
    for (const [field, value] of Object.entries(tool)) add(value, `tools.${tool.name}.${field}`, 'tools', field);
  for (const [field, value] of Object.entries(policies)) add(value, `policies.${field}`, 'policies', field);
  return leaves;
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;
const isNamed = (value: unknown): boolean => typeof value === 'object' && value !== null && 'name' in value;
const nameOf = (value: unknown): string => (value as { readonly name: string }).name;
