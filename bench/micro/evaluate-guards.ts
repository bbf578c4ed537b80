/**
 * What judging one message costs: every guard of `comms.send_message`, in stage order, over facts that let it through; and
 * one that is marketing, which the law of its place has a say in.
 */

import { sendMessage } from '../../src/comms/actions/send-message.ts';
import type { Relationship } from '../../src/comms/facts.ts';
import {
  agent,
  emptyBook,
  message,
  NOW,
  noReferences,
  noVendors,
  organization,
  request,
} from '../../src/comms/fixtures.ts';
import type { MessageProvider, OutboundMessage } from '../../src/comms/provider-ports.ts';
import { createCatalogue } from '../../src/guard/catalogue.ts';
import { judge } from '../../src/guard/judge.ts';
import { NO_FINGERPRINTS } from '../../src/guard/output/fingerprints.ts';
import { standingGuard } from '../../src/identity/guards/standing.ts';
import { HOUR_MS } from '../../src/kernel/time.ts';
import { type Micro, microsPerCall } from '../micro.ts';

const carrier: MessageProvider = {
  name: 'none',
  retry: 'same-key',
  send: () => Promise.reject(new Error('judged, not sent')),
};
/** Eleven in California. */
const BY_DAY = NOW + 7 * HOUR_MS;
const relationship: Relationship = {
  consents: { express_written: NOW },
  lastInboundAt: null,
  firstOutboundAt: NOW,
  knownAt: NOW,
};
const FACTS = new Map<string, unknown>([
  ['organization', organization],
  ['agent', agent],
  ['relationship', relationship],
  ['output-secrets', NO_FINGERPRINTS],
]);

const judging = (name: string, judged: OutboundMessage): Micro => ({
  name,
  unit: 'µs',
  goal: { atMost: 50 },
  async run(note) {
    const { guards } = createCatalogue({
      actions: [
        sendMessage({
          carriers: { sandbox: { sms: carrier }, production: {} },
          vendors: noVendors,
          comms: noReferences,
          approvalTtlMs: 0,
          contentPolicy: 'standard',
          outputBook: emptyBook,
        }),
      ],
      everywhere: () => [standingGuard],
      inputPolicy: 'standard',
    }).byName('comms.send_message')!;
    const asked = request(judged, { now: BY_DAY });
    const facts = { get: ({ kind }: { kind: { name: string } }) => FACTS.get(kind.name) ?? null };
    const { is } = judge(guards, asked, facts);
    if (is !== 'allow') throw new Error(`the message should have been allowed, not "${is}"`); // a refusal judges less
    note(`${guards.length} guards`);
    return microsPerCall(() => judge(guards, asked, facts), 1_000);
  },
});

export const evaluateGuards = judging('evaluate-guards', message);
export const evaluateMarketing = judging('evaluate-marketing', { ...message, purpose: 'marketing' });
