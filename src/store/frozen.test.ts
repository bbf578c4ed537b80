import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TRUSTED } from '../guard/label.ts';
import { type Frozen, packFrozen, unpackFrozen } from './frozen.ts';

const row = { org: 'org_1', agent: 'agt_1', by_id: 'tok_1', by_kind: 'agent', contact: 'C0ntactHash' };
const names = fc.constantFrom('org_1', 'agt_1', 'tok_1', 'C0ntactHash', 'org_2', 'agt_2', 'x');

it('gives back what was frozen, whatever ids and texts stand in it', () => {
  const frozen = fc.record({
    scopes: fc.constantFrom(['agent:act'] as const, ['agent:act', 'org:admin'] as const),
    grants: fc.array(
      fc.record({
        id: fc.constant('grt_1' as const),
        effect: fc.constantFrom('allow' as const, 'deny' as const),
        action: fc.constantFrom('*', 'comms.*', 'comms.send_message'),
        resource: fc.oneof(
          fc.constant({ kind: 'any' as const }),
          fc.record({ kind: fc.constantFrom('agent' as const, 'thread' as const), id: names }),
        ),
      }),
    ),
    fences: fc.array(
      fc.record({ org: fc.constantFrom('org_1', 'org_2'), subject: names.map((id) => `agent:${id}`), epoch: fc.nat() }),
    ),
    label: fc.constant(TRUSTED),
    takes: fc.array(
      fc.record({
        meter: names.map((id) => `agent:${id}:spend@2026-11`),
        amount: fc.nat(),
        kind: fc.constantFrom('series' as const, 'money' as const, 'count' as const, 'tokens' as const),
      }),
    ),
    context: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.constant('desk@agent.example @a @o'))),
    sealed: fc.option(fc.string()),
    turn: fc.option(
      fc.record({ thread: fc.constant('thr_1' as const), frame: fc.constant('frm_1' as const), attempt: fc.nat() }),
    ),
    duties: fc.array(fc.string()),
    beginBefore: fc.option(fc.nat()),
    usage: fc.option(
      fc.record({
        channel: fc.constantFrom('sms', 'email'),
        mode: fc.constantFrom('sandbox' as const, 'production' as const),
        markupPercent: fc.nat(500),
      }),
    ),
  });
  fc.assert(
    fc.property(frozen, (value) => {
      const text = packFrozen(row, value as Frozen);
      expect(unpackFrozen({ ...row, frozen: text })).toEqual(value);
    }),
  );
});
