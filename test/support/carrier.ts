/** A carrier for tests: it remembers what was handed to it and answers as the test says. */
import type { Carriers } from '../../src/comms/ports.ts';
import type { OutboundMessage } from '../../src/comms/provider-ports.ts';
import type { Delivery } from '../../src/guard/action.ts';
import type { Permit } from '../../src/guard/permit.ts';

export interface TestCarrier {
  readonly carriers: Carriers;
  readonly sent: OutboundMessage[];
}

export function testCarrier(
  send: (permit: Permit<OutboundMessage>) => Promise<Delivery> = async ({ action }) => ({
    state: 'ok',
    ref: `ref_${action.id}`,
  }),
  retry: 'same-key' | 'never' = 'never',
): TestCarrier {
  const sent: OutboundMessage[] = [];
  const sms = {
    name: 'test',
    retry,
    send: (permit: Permit<OutboundMessage>) => {
      sent.push(permit.action.input);
      return send(permit);
    },
  };
  return { carriers: { sandbox: { sms }, production: {} }, sent };
}
