/** A permit for a mail of an organisation in production, as the executor mints it. */
import type { OutboundMessage, ProviderName } from '../../src/comms/provider-ports.ts';
import { type Claimed, mintPermit, type Permit } from '../../src/guard/permit.ts';

export const MAIL: OutboundMessage = {
  to: 'Bob@Example.org',
  subject: 'Your order',
  body: 'It is on its way.',
  channel: 'email',
  purpose: 'transactional',
};
export const FROM = 'desk@mail.example.com';
export const PUBLIC_URL = 'https://desk.example';

export function mailPermit(
  provider: ProviderName,
  input: Partial<OutboundMessage> = {},
  { context, signal, ...claimed }: Partial<Claimed<OutboundMessage>> & { signal?: AbortSignal } = {},
): Permit<OutboundMessage> {
  return mintPermit<OutboundMessage>(
    {
      id: 'act_01JABC',
      org: 'org_1',
      agent: 'agt_1',
      action: 'comms.send_message',
      input: { ...MAIL, ...input },
      attempt: 1,
      duties: [],
      context: {
        from: FROM,
        mode: 'production',
        messageId: 'msg_1',
        provider,
        credential: 'crd_1',
        credentialOrg: 'org_1',
        callback: 'nonce',
        unsubscribe: '',
        ...context,
      },
      ...claimed,
    },
    signal ?? new AbortController().signal,
  );
}
