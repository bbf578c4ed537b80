import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Grant } from '../../guard/grant.ts';
import { type Principal, SCOPES } from '../../guard/principal.ts';
import { isAgentThere } from '../../guard/rights.ts';
import { rightOnThread } from '../../guard/thread-visibility.ts';
import { isInSight, sightOf } from './sight.ts';

const THREADS = ['thr_a', 'thr_b'] as const;
const AGENTS = ['agt_a', 'agt_b'] as const;
const grants = fc.array(
  fc.record({
    id: fc.constant('grt_1' as const),
    effect: fc.constantFrom('allow' as const, 'deny' as const),
    action: fc.constantFrom('*', 'swarm.*', 'swarm.list_threads', 'swarm.view_thread', 'comms.*', 'agents.view'),
    resource: fc.oneof(
      fc.constant({ kind: 'any' as const }),
      fc.record({
        kind: fc.constantFrom('thread' as const, 'agent' as const),
        id: fc.constantFrom(...THREADS, ...AGENTS),
      }),
    ),
  }) satisfies fc.Arbitrary<Grant>,
  { maxLength: 4 },
);
const viewers = fc.record({
  id: fc.constantFrom('usr_me', 'usr_you'),
  kind: fc.constantFrom('person' as const, 'service' as const),
  org: fc.constant('org_a' as const),
  scopes: fc.subarray([...SCOPES]).map((scopes) => new Set(scopes)),
  grants,
}) satisfies fc.Arbitrary<Pick<Principal, 'id' | 'kind' | 'org' | 'scopes' | 'grants'>>;
const threads = fc.record({
  org: fc.constant('org_a' as const),
  id: fc.constantFrom(...THREADS),
  visibility: fc.constantFrom('organization' as const, 'private' as const),
  owner: fc.oneof(
    fc.constant({ is: 'principal' as const, id: 'usr_me' }),
    fc.constant({ is: 'contact' as const, ref: 'usr_me' }),
  ),
  roots: fc.subarray([...AGENTS], { minLength: 1 }),
});

test('a sight has just the threads that may be read one by one', () => {
  fc.assert(
    fc.property(viewers, threads, fc.constantFrom('org:view' as const, 'org:admin' as const), (by, thread, access) => {
      const asked = { action: 'swarm.list_threads', access };
      const hasRoot = thread.roots.some((root) => isAgentThere(by, asked, root)); // as the store asks it
      expect(hasRoot && isInSight(sightOf(by, asked), thread)).toBe(rightOnThread(by, asked, thread).is === 'yes');
    }),
    { numRuns: 3_000 },
  );
});
