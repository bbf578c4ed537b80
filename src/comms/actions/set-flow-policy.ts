/** What an agent that has read untrusted content may not do by itself, and which links it may give. What is left out stays. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { trustedHost } from '../../guard/output/trusted-host.ts';
import { guardWrite } from '../../guard/writes.ts';
import { DEFAULT_FLOW_POLICY, ON_FLOW, ON_LINK } from '../../tenancy/flow-policy.ts';
import { known } from '../../tenancy/known.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { policyFence } from '../fences.ts';
import { namedAgent } from '../needs.ts';

const MAX_HOSTS = 200;

interface Input {
  readonly trustedHosts?: readonly string[] | undefined;
}

/** A host that is misspelled trusts nobody, or somebody else. */
const trustedHostsGuard = guard<Input>()({
  id: 'trusted-hosts',
  stage: 'validate',
  needs: {},
  judge: ({ input }) =>
    (input.trustedHosts ?? []).flatMap((host, i): Deny[] =>
      trustedHost(host) === null
        ? [
            {
              is: 'deny',
              code: 'invalid_input',
              say: `trustedHosts.${i}: must be a host such as example.com, without a scheme, a path or a star; what is below it is trusted with it.`,
              source: 'form of hosts',
              fact: `field trustedHosts.${i}`,
            },
          ]
        : [],
    ),
});

const onFlow = z.enum(ON_FLOW);

export const setFlowPolicy = (): AnyAction =>
  stateAction({
    name: 'comms.set_flow_policy',
    version: 1,
    says: 'Sets what an agent that has read content from outside may not do by itself (write to a new recipient, give a new link, spend much, change what may be done later): a person decides, or it is refused.',
    input: z.object({
      newRecipient: onFlow.optional(),
      newLink: onFlow.optional(),
      spend: onFlow.optional(),
      spendAbove: z
        .int()
        .min(0)
        .max(1_000_000_000_000)
        .optional()
        .describe('Micro-units of USD at once; 1000000 unless set.'),
      control: onFlow.optional(),
      unlabelledLinks: z
        .enum(ON_LINK)
        .optional()
        .describe('Links to hosts that are not trusted, by an agent that has read nothing from outside.'),
      trustedHosts: z
        .array(field.code(253))
        .max(MAX_HOSTS)
        .optional()
        .describe('Hosts that the agent may link to, each with all below it, such as example.com. Replaces the list.'),
    }),
    output: z.object({
      agentId: z.string(),
      newRecipient: onFlow,
      newLink: onFlow,
      spend: onFlow,
      spendAbove: z.number(),
      control: onFlow,
      unlabelledLinks: z.enum(ON_LINK),
      trustedHosts: z.array(z.string()),
    }),
    access: 'org:admin',
    subject: 'agent',
    risk: 'high',
    sensitive: true,
    guards: [trustedHostsGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { agent: namedAgent },
    change({ input }, facts) {
      const agent = known(facts.agent, 'agent');
      const said = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
      const hosts = input.trustedHosts?.map((host) => known(trustedHost(host), 'host'));
      const flowPolicy = {
        ...(agent.flowPolicy ?? DEFAULT_FLOW_POLICY),
        ...said,
        ...(hosts === undefined ? {} : { trustedHosts: [...new Set(hosts)].sort() }),
      };
      return {
        writes: [
          tenancyWrite('agent.update', { ...agent, flowPolicy }),
          guardWrite('fence.bump', policyFence(agent.id)),
        ],
        output: { agentId: agent.id, ...flowPolicy, trustedHosts: [...flowPolicy.trustedHosts] },
      };
    },
  });
