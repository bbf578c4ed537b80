/** What an anomaly does to an agent besides the alert. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { AGENT_ANOMALIES } from '../../guard/anomalies/rules/activity.ts';
import { ON_ANOMALY } from '../../tenancy/anomaly-policy.ts';
import { known } from '../../tenancy/known.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { namedAgent } from '../needs.ts';

const kinds = z.array(z.enum(AGENT_ANOMALIES)).min(1).max(AGENT_ANOMALIES.length);

export const setAnomalyPolicy = (): AnyAction =>
  stateAction({
    name: 'comms.set_anomaly_policy',
    version: 1,
    says: 'Sets what happens when an agent does something unusual: an alert alone, or also a pause until an administrator resumes it.',
    input: z.object({
      onAnomaly: z.enum(ON_ANOMALY),
      kinds: kinds
        .optional()
        .describe('Which anomalies pause it; every one if left out. Each is told by an alert anyway.'),
    }),
    output: z.object({ agentId: z.string(), onAnomaly: z.enum(ON_ANOMALY), kinds: z.array(z.string()).nullable() }),
    access: 'org:admin',
    subject: 'agent',
    risk: 'high',
    sensitive: true,
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    needs: { agent: namedAgent },
    change({ input }, facts) {
      const agent = known(facts.agent, 'agent');
      const anomalyPolicy = { onAnomaly: input.onAnomaly, kinds: input.kinds ?? null };
      return {
        writes: [tenancyWrite('agent.update', { ...agent, anomalyPolicy })],
        output: { agentId: agent.id, onAnomaly: input.onAnomaly, kinds: input.kinds ?? null },
      };
    },
  });
