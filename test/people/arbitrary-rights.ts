/** Random holders of rights, grants and questions, over a small world in which they often meet. */
import fc from 'fast-check';
import type { Grant } from '../../src/guard/grant.ts';
import { type Principal, SCOPES, type Scope } from '../../src/guard/principal.ts';
import type { Asked } from '../../src/guard/rights.ts';
import { GRANT_ACTIONS, OPERATIONS } from './operations.ts';

const AGENTS = ['agt_1', 'agt_2'] as const;
const THREADS = ['thr_1', 'thr_2'] as const;
const SECTIONS = ['billing', 'people'] as const;
const TOOLS = ['mail', 'search'] as const;

export type Holder = Pick<Principal, 'kind' | 'scopes' | 'grants'>;

const resource: fc.Arbitrary<Grant['resource']> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'any' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('agent' as const), id: fc.constantFrom(...AGENTS) }) },
  fc.record({ kind: fc.constant('thread' as const), id: fc.constantFrom(...THREADS) }),
  fc.record({ kind: fc.constant('section' as const), id: fc.constantFrom(...SECTIONS) }),
  fc.record({ kind: fc.constant('tool' as const), id: fc.constantFrom(...TOOLS) }),
);

let made = 0;
const grantOf = (effect: fc.Arbitrary<Grant['effect']>): fc.Arbitrary<Grant> =>
  fc
    .record({ effect, action: fc.constantFrom(...GRANT_ACTIONS), resource })
    .map((grant) => ({ id: `grt_${made++}`, ...grant }));
export const anyGrant = grantOf(fc.constantFrom('allow', 'deny'));
export const anyDeny = grantOf(fc.constant('deny'));
export const anyAllow = grantOf(fc.constant('allow'));

export const anyScopes: fc.Arbitrary<ReadonlySet<Scope>> = fc.subarray([...SCOPES]).map((scopes) => new Set(scopes));

export const anyHolder: fc.Arbitrary<Holder> = fc.record({
  kind: fc.constantFrom('person' as const, 'service' as const, 'organization' as const),
  scopes: anyScopes,
  grants: fc.array(anyGrant, { maxLength: 6 }),
});

export const anyAsked: fc.Arbitrary<Asked> = fc
  .record(
    {
      operation: fc.constantFrom(...OPERATIONS),
      agent: fc.constantFrom(...AGENTS, null),
      thread: fc.constantFrom(...THREADS),
      section: fc.constantFrom(...SECTIONS),
      tool: fc.constantFrom(...TOOLS),
    },
    { requiredKeys: ['operation', 'agent'] },
  )
  .map(({ operation, ...rest }) => ({ action: operation.name, access: operation.access, ...rest }));
export const anyAgent = fc.constantFrom(...AGENTS);
