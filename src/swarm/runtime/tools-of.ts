/** What an agent may do, as tools: its peers, and what its configuration gives it. */
import type { Catalogue } from '../../guard/catalogue.ts';
import type { OrgId } from '../../kernel/ids.ts';
import type { AgentConfig, SwarmConfig } from '../config/schema.ts';
import { peerTool } from '../rules/tool-name.ts';
import { catalogueTools } from '../tools/catalogue-tools.ts';
import type { OutsideTools, ToolShown } from '../tools/port.ts';

/** What an agent is asked that declares no schema: a sentence, in an object because models write no bare text. */
const MESSAGE = {
  type: 'object',
  properties: { message: { type: 'string', minLength: 1 } },
  required: ['message'],
  additionalProperties: false,
} as const;

export const peerTools = (config: SwarmConfig, agent: AgentConfig): readonly ToolShown[] =>
  agent.peers.flatMap((name) => {
    const peer = config.agents.find((one) => one.name === name);
    if (peer === undefined) return [];
    return [{ name: peerTool(name), description: peer.description, schema: peer.input ?? MESSAGE, idempotent: false }];
  });

/** What a model wrote for a peer, as the peer takes it. */
export function payloadFor(config: SwarmConfig, peer: string, args: unknown): unknown {
  const takesText = config.agents.find(({ name }) => name === peer)?.input === undefined;
  const isMessage = takesText && typeof args === 'object' && args !== null && 'message' in args;
  return isMessage ? args.message : args;
}

export async function toolsOf(
  parts: { readonly catalogue: Catalogue; readonly outside: OutsideTools },
  org: OrgId,
  config: SwarmConfig,
  agent: AgentConfig,
): Promise<readonly ToolShown[]> {
  const outside = await Promise.all(
    agent.tools.filter((name) => !name.startsWith('comms.')).map((name) => parts.outside.show(org, name)),
  );
  return [...peerTools(config, agent), ...catalogueTools(parts.catalogue, agent.tools), ...outside.flat()];
}
