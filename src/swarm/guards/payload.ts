/** A payload is what the receiving agent's schema says, or it does not arrive. */
import { type Deny, guard } from '../../guard/guard.ts';
import type { Issue } from '../../kernel/errors.ts';
import type { AgentConfig } from '../config/schema.ts';
import { checkPayload } from '../rules/payload.ts';
import { type Calling, callingConfig } from './peer.ts';

export const payloadFault = (agent: AgentConfig | undefined, payload: unknown): Deny | null => {
  const issues = agent?.input === undefined ? textIssues(payload) : checkPayload(agent.input, payload);
  if (issues.length === 0) return null;
  const say = issues.map(({ path, message }) => `${path === '' ? 'payload' : `payload.${path}`}: ${message}`).join(' ');
  return {
    is: 'deny',
    code: 'invalid_input',
    say: say.slice(0, 2_000),
    source: `input schema of ${agent?.name ?? 'the agent'}`,
  };
};

/** What an agent takes that declares nothing. */
const textIssues = (payload: unknown): readonly Issue[] =>
  typeof payload === 'string' ? [] : [{ path: '', message: 'The agent takes text. Send a string.' }];

export const callPayloadGuard = guard<Calling & { readonly payload?: unknown }>()({
  id: 'payload',
  stage: 'validate',
  needs: { config: callingConfig },
  judge({ input }, { config }) {
    const fault = payloadFault(
      config?.config.agents.find(({ name }) => name === input.to),
      input.payload,
    );
    return fault === null ? [] : [fault];
  },
});
