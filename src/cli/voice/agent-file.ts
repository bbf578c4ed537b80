/**
 * A builder's file, loaded without serving, and the agents in it: what it exports, what is in an exported server, and what it would
 * have served. The only place that imports a file by a name that nobody knew before. It runs that file: whoever names it trusts it.
 */
import { realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AgentServer } from '../../voice/agent-server.ts';
import { type Rehearsal, rehearse, type Where } from '../../voice/rehearsal.ts';
import { SWMLService } from '../../voice/swml-service.ts';
import type { Ran } from '../../voice/tools/run-function.ts';
import { CommandFailure, misused } from '../command-failure.ts';
import { visible } from '../render.ts';
import { loadFaultLines, shown } from './load-fault.ts';

export interface FoundAgent {
  readonly agent: SWMLService;
  /** How it is in the file, such as `export agent`. */
  readonly found: string;
}

export interface AgentFile {
  readonly path: string;
  /** In the order of the file's exports; then those that are served only. At least one. */
  readonly agents: readonly FoundAgent[];
  readonly servers: readonly AgentServer[];
  /** Where the file would have had them listen. */
  readonly served: ReadonlyMap<object, Where>;
  /** What became of the functions that were called since. */
  readonly ran: readonly Ran[];
}

/** The file's real path. @throws CommandFailure */
export function agentFilePath(file: string): string {
  const path = resolve(file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw misused(`There is no file ${visible(file)}.`);
  if (!found.isFile()) throw misused(`${visible(file)} is no file: name the file that makes the agent.`);
  return realpathSync(path);
}

/** Nothing in the file listens from then on, until `rehearse(null)`. @throws CommandFailure that says what is wrong with it */
export async function loadAgentFile(path: string): Promise<AgentFile> {
  refuseOtherCopy(path);
  const served = new Map<object, Where>();
  const ran: Ran[] = [];
  const rehearsal: Rehearsal = {
    served: (service, where) => void served.set(service, where),
    ran: (one) => void ran.push(one),
  };
  rehearse(rehearsal);
  const exported = await exportsOf(path);
  const agents = new Map<SWMLService, string>();
  const servers = new Set<AgentServer>();
  const add = (value: unknown, found: string) => {
    if (value instanceof SWMLService && !agents.has(value)) agents.set(value, found);
    if (!(value instanceof AgentServer)) return;
    servers.add(value);
    for (const agent of value.getAgents().values()) add(agent, `${found} (an AgentServer)`);
  };
  for (const [name, value] of Object.entries(exported))
    add(value, name === 'default' ? 'export default' : `export ${name}`);
  for (const service of served.keys()) add(service, 'served');
  if (agents.size === 0) throw misused(...noAgentLines(path, exported));
  return {
    path,
    agents: [...agents].map(([agent, found]) => ({ agent, found })),
    servers: [...servers],
    served,
    ran,
  };
}

/** The one that is meant. @param asked its name or route. @throws CommandFailure that lists them */
export function chosenAgent({ path, agents }: AgentFile, asked: string | undefined): SWMLService {
  const fits = agents.filter(({ agent }) => asked === undefined || [agent.name, agent.route].includes(asked));
  const [only, ...others] = fits;
  if (only !== undefined && others.length === 0) return only.agent;
  const list = (fits.length === 0 ? agents : fits).map(({ agent }) => `  ${visible(agent.name)}  ${agent.route}`);
  if (asked === undefined)
    throw misused(`${shown(path)} has several agents: choose one with --agent, by its name or route.`, ...list);
  const says = others.length > 0 ? 'several agents' : 'no agent';
  throw misused(`${shown(path)} has ${says} with the name or route ${visible(asked)}. There are:`, ...list);
}

async function exportsOf(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (fault) {
    throw new CommandFailure(2, loadFaultLines(path, fault));
  }
}

function noAgentLines(path: string, exported: Readonly<Record<string, unknown>>): readonly string[] {
  const stranger = Object.entries(exported).find(([, value]) => isOfOtherCopy(value));
  if (stranger !== undefined)
    return [`${shown(path)}: ${visible(stranger[0])} was made by another copy of the SDK.`, SAME_COPY];
  const made = Object.entries(exported).find(
    ([, value]) => typeof value === 'function' && value.prototype instanceof SWMLService,
  );
  if (made !== undefined)
    return [
      `${shown(path)} exports the class ${visible(made[0])}, but no agent.`,
      `Add to it: export const agent = new ${visible(made[0])}();`,
    ];
  return [
    `${shown(path)} exports no agent and serves none.`,
    "Add to it: export const agent = new AgentBase({ name: 'my-agent' });",
  ];
}

/** Another copy's agents would listen in earnest, so it is found before the file runs. */
function refuseOtherCopy(path: string): void {
  const theirs = sdkFrom(pathToFileURL(path).href);
  const ours = sdkFrom(import.meta.url);
  if (theirs === null || theirs === ours) return;
  throw misused(
    `${shown(path)} brings another copy of the SDK: ${theirs}, while this command is of ${ours}.`,
    SAME_COPY,
  );
}

const SAME_COPY = 'Run the command that is installed with the file: npx sallyport in its folder.';

function sdkFrom(url: string): string | null {
  try {
    return realpathSync(createRequire(url).resolve('sallyport'));
  } catch {
    return null;
  }
}

const isOfOtherCopy = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'getApp' in value &&
  ('renderSwml' in value || 'getAgents' in value) &&
  !(value instanceof SWMLService || value instanceof AgentServer);
