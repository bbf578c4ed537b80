/** What judging one message costs: every guard of `comms.send_message`, in stage order, over facts that let it through. */
import { sendMessage } from '../../src/comms/actions/send-message.ts';
import type { Relationship } from '../../src/comms/facts.ts';
import { agent, message, NOW, noReferences, noVendors, organization, request } from '../../src/comms/fixtures.ts';
import type { MessageProvider } from '../../src/comms/provider-ports.ts';
import { createCatalogue } from '../../src/guard/catalogue.ts';
import { judge } from '../../src/guard/judge.ts';
import { standingGuard } from '../../src/identity/guards/standing.ts';
import { type Micro, microsPerCall } from '../micro.ts';

const carrier: MessageProvider = {
  name: 'none',
  retry: 'same-key',
  send: () => Promise.reject(new Error('judged, not sent')),
};
const relationship: Relationship = { consents: { express: NOW }, lastInboundAt: null, firstOutboundAt: NOW };
const FACTS = new Map<string, unknown>([
  ['organization', organization],
  ['agent', agent],
  ['relationship', relationship],
]);

export const evaluateGuards: Micro = {
  name: 'evaluate-guards',
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
        }),
      ],
      everywhere: () => [standingGuard],
      inputPolicy: 'standard',
    }).byName('comms.send_message')!;
    const asked = request(message);
    const facts = { get: ({ kind }: { kind: { name: string } }) => FACTS.get(kind.name) ?? null };
    const { is } = judge(guards, asked, facts);
    if (is !== 'allow') throw new Error(`the message should have been allowed, not "${is}"`); // a refusal judges less
    note(`${guards.length} guards`);
    return microsPerCall(() => judge(guards, asked, facts), 1_000);
  },
};
