/**
 * A configuration as the caller may see it: prompts for Owners and whoever was granted `swarm.read_prompts`, else by hash and
 * length; no agent that does not exist for the caller. Secrets are named in it and never there.
 */
import * as z from 'zod';
import { type AnyAction, type Reaches, readAction } from '../../guard/action.ts';
import type { Principal } from '../../guard/principal.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { hiddenFrom, seenChanges } from '../config/change.ts';
import type { LiveConfig, SwarmConfigReader } from '../config/port.ts';
import { sectionsOf } from '../config/rules/diff.ts';
import { configHash } from '../config/rules/hash.ts';
import { shownAgent, shownConfig, type Viewer } from '../config/rules/shown.ts';
import type { AgentConfig } from '../config/schema.ts';
import { agentName, changeView, readsPrompts, viewOfChange } from './config-view.ts';

const LOOKS = {
  version: 1,
  access: 'org:operate',
  subject: 'organization',
  risk: 'low',
  guards: [],
  doors: ['mcp', 'rest', 'cli'],
} as const;

/** An agent that left the live configuration is nobody's secret: it is judged by no grant on an agent. */
const viewerOf = (by: Principal, live: LiveConfig | null, reaches: Reaches): Viewer => ({
  prompts: readsPrompts(by),
  sees(name) {
    const agent = live?.agents.get(name);
    return agent === undefined || reaches(agent);
  },
});

const noSwarm = (say = 'There is no configuration of a swarm yet; swarm_put_config makes one.') =>
  new SallyportError('not_found', say);

export const showConfig = (swarms: SwarmConfigReader): AnyAction =>
  readAction({
    ...LOOKS,
    name: 'swarm.show_config',
    says: "Shows the live configuration of the organisation's swarm, or an earlier version; prompts only to who may read them.",
    input: z.object({ version: z.int().min(1).optional().describe('Left out: the one that is live.') }),
    output: z.object({ version: z.number(), hash: z.string(), config: z.unknown() }),
    http: { method: 'GET', path: '/swarm/config' },
    async read({ by, org, input }, reaches) {
      const live = await swarms.live(org);
      const version = input.version ?? live?.version;
      if (version === undefined) throw noSwarm();
      const config = await swarms.at(org, version);
      if (config === null)
        throw noSwarm('There is no such version; swarm_list_config_versions shows those that there are.');
      return { version, hash: configHash(config), config: shownConfig(config, viewerOf(by, live, reaches)) };
    },
  });

export const showProposedConfig = (swarms: SwarmConfigReader): AnyAction =>
  readAction({
    ...LOOKS,
    name: 'swarm.show_proposed_config',
    says: 'Shows the change of prompts that waits for a second person, and what it would change.',
    input: z.object({}),
    output: z.object({
      proposal: z.string().nullable().describe('For swarm_confirm_config; null: nothing waits.'),
      by: z.string().nullable().describe('Who proposed it.'),
      note: z.string().nullable(),
      base: z.number().nullable().describe('The version that it changes.'),
      sections: z.array(z.string()),
      changes: z.array(changeView),
      config: z.unknown(),
    }),
    http: { method: 'GET', path: '/swarm/config/proposed' },
    async read({ by, org }, reaches) {
      const found = await swarms.proposed(org);
      if (found === null)
        return { proposal: null, by: null, note: null, base: null, sections: [], changes: [], config: null };
      const live = await swarms.live(org);
      const changes = seenChanges(live?.config ?? null, found.config, hiddenFrom(by, live?.agents ?? []));
      return {
        ...{ proposal: found.id, by: found.by, note: found.note, base: found.base },
        sections: [...sectionsOf(changes)],
        changes: changes.map(viewOfChange),
        config: shownConfig(found.config, viewerOf(by, live, reaches)),
      };
    },
  });

async function agentOf(
  swarms: SwarmConfigReader,
  {
    by,
    org,
    name,
  }: { readonly by: Principal; readonly org: Parameters<SwarmConfigReader['live']>[0]; readonly name: string },
  reaches: Reaches,
): Promise<{ readonly live: LiveConfig; readonly agent: AgentConfig; readonly viewer: Viewer }> {
  const live = await swarms.live(org);
  const viewer = viewerOf(by, live, reaches);
  const agent = live?.config.agents.find((one) => one.name === name);
  if (live === null || agent === undefined || !viewer.sees(name)) throw noSwarm('There is no such agent in the swarm.');
  return { live, agent, viewer };
}

export const showAgentConfig = (swarms: SwarmConfigReader): AnyAction =>
  readAction({
    ...LOOKS,
    name: 'swarm.show_agent_config',
    says: 'Shows how one agent of the swarm is configured; its prompt only to who may read prompts.',
    input: z.object({ name: agentName }),
    output: z.object({ version: z.number(), agentId: z.string(), config: z.unknown() }),
    http: { method: 'GET', path: '/agents/{name}/config' },
    async read({ by, org, input: { name } }, reaches) {
      const { live, agent, viewer } = await agentOf(swarms, { by, org, name }, reaches);
      return { version: live.version, agentId: live.agents.get(name) ?? '', config: shownAgent(agent, viewer) };
    },
  });

export const showAgentSchema = (swarms: SwarmConfigReader): AnyAction =>
  readAction({
    ...LOOKS,
    name: 'swarm.show_agent_schema',
    says: 'Shows what an agent of the swarm takes and answers, as JSON Schema 2020-12.',
    input: z.object({ name: agentName }),
    output: z.object({
      name: z.string(),
      description: z.string(),
      input: z.unknown().describe('Null: anything.'),
      output: z.unknown().describe('Null: anything.'),
    }),
    http: { method: 'GET', path: '/agents/{name}/schema' },
    async read({ by, org, input }, reaches) {
      const { name, description, ...agent } = (await agentOf(swarms, { by, org, name: input.name }, reaches)).agent;
      return { name, description, input: agent.input ?? null, output: agent.output ?? null };
    },
  });
