/** The evaluator against another one: Cedar, given the same scopes and grants as policies of its own, says the same. */
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Grant, GrantResource } from '../../src/guard/grant.ts';
import { type Asked, decide, GRANTABLE, VIEW_AGENT } from '../../src/guard/rights.ts';
import { anyAsked, anyHolder, type Holder } from './arbitrary-rights.ts';

const HOLDERS = 100;
const QUESTIONS = 12;

const KINDS = { any: 'Any', agent: 'Agent', thread: 'Thread', section: 'Section', tool: 'Tool' } as const;
const resourceOf = (resource: GrantResource): string =>
  resource.kind === 'any' ? 'Any::"any"' : `${KINDS[resource.kind]}::"${resource.id}"`;

const GRANTABLE_ALONE = `when { ${[...GRANTABLE].map((scope) => `action in Action::"scope ${scope}"`).join(' || ')} }`;

/** As somebody who writes Cedar would say it: groups of actions for rooms and scopes, resources within resources. */
function policiesOf({ kind, scopes, grants = [] }: Holder): string {
  const cut = !(kind === 'person' && scopes.has('org:own'));
  return [
    ...[...scopes].map((scope) => `permit (principal, action in Action::"scope ${scope}", resource);`),
    ...(cut ? grants.flatMap(policyOf) : []),
  ].join('\n');
}
function policyOf({ effect, action, resource }: Grant): string[] {
  const on = `action in Action::"${action}", resource in ${resourceOf(resource)}`;
  if (effect === 'allow') return [`permit (principal, ${on}) ${GRANTABLE_ALONE};`];
  // the log tells of every agent: a denial of a part of it, or of seeing any agent, closes it
  const covering = `action in Action::"${action}"`;
  const hides = action === '*' || action === 'agents.*' || action === VIEW_AGENT;
  return [
    `forbid (principal, ${on});`,
    `forbid (principal, ${hides ? 'action' : covering}, resource) when { action in Action::"scope audit:read" };`,
  ];
}

const uid = (type: string, id: string) => ({ type, id });

function answerOfCedar(policies: string, asked: Asked): boolean {
  const { action, access, agent, thread, section, tool } = asked;
  const [room = ''] = action.split('.');
  const within = Object.entries({ Agent: agent, Thread: thread, Section: section, Tool: tool }).flatMap(([type, id]) =>
    typeof id === 'string' ? [uid(type, id)] : [],
  );
  const answer = statefulIsAuthorized({
    principal: uid('User', 'somebody'),
    action: uid('Action', action),
    resource: uid('Thing', 'asked'),
    context: {},
    preparsedPolicySetId: policies,
    entities: [
      {
        uid: uid('Action', action),
        attrs: {},
        parents: [`scope ${access}`, `${room}.*`, '*'].map((name) => uid('Action', name)),
      },
      { uid: uid('Thing', 'asked'), attrs: {}, parents: [uid('Any', 'any'), ...within] },
    ],
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  expect(answer.response.diagnostics.errors).toEqual([]);
  return answer.response.decision === 'allow';
}

it('agrees with Cedar on random holders and questions', () => {
  let asked = 0;
  let allowed = 0;
  fc.assert(
    fc.property(anyHolder, fc.array(anyAsked, { minLength: QUESTIONS, maxLength: QUESTIONS }), (holder, questions) => {
      const parsed = preparsePolicySet('holder', { staticPolicies: policiesOf(holder) });
      if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
      for (const question of questions) {
        const ours = decide(holder, question).allow;
        asked++;
        if (ours) allowed++;
        expect({ question, allow: answerOfCedar('holder', question) }).toEqual({ question, allow: ours });
      }
    }),
    { numRuns: HOLDERS },
  );
  expect(asked).toBeGreaterThanOrEqual(HOLDERS * QUESTIONS);
  expect(allowed / asked).toBeGreaterThan(0.1);
  expect(allowed / asked).toBeLessThan(0.9);
});
