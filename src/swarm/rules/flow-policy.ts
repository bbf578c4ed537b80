/** What a swarm's configuration says of information flow, as the policy of one of its agents. */
import { linksIn } from '../../guard/output/links.ts';
import { trustedHost } from '../../guard/output/trusted-host.ts';
import { micros } from '../../kernel/money.ts';
import type { FlowPolicy } from '../../tenancy/flow-policy.ts';
import type { AgentConfig, SwarmConfig } from '../config/schema.ts';

/**
 * A link that stands in what an Owner wrote for the agent, its prompt and its description, may be given. A host under which
 * anybody can have a page is still trusted as a whole: whoever writes the prompt decides.
 */
export function flowPolicyOf(
  { policies }: Pick<SwarmConfig, 'policies'>,
  agent: Pick<AgentConfig, 'prompt' | 'description'>,
): FlowPolicy {
  const { newRecipient, newLink, control, spend, spendAbove } = policies.flow;
  const named = linksIn(`${agent.prompt ?? ''}\n${agent.description}`)
    .filter(({ mail }) => mail === undefined)
    .map(({ host }) => (host === null ? null : trustedHost(host.replace(/^www\./, ''))));
  return {
    ...{ newRecipient, newLink, control, spend },
    spendAbove: micros(Number(spendAbove)),
    unlabelledLinks: policies.unlabelledLinks,
    trustedHosts: [...new Set(named.filter((host) => host !== null))].sort(),
  };
}
