/**
 * DNS records for a mail domain in sandbox: made up, in the form of those that a provider asks for, so that setting them can
 * be tried. They name hosts that never exist (RFC 2606 §2) and a key that is none.
 */
import type { DnsRecord } from '../provider-ports.ts';

const HOST = 'sandbox.invalid';

export const sandboxRecords = (domain: string): readonly DnsRecord[] => [
  {
    type: 'MX',
    name: `send.${domain}`,
    value: `feedback.${HOST}`,
    priority: 10,
    ttl: 'Auto',
    purpose: 'SPF',
  },
  {
    type: 'TXT',
    name: `send.${domain}`,
    value: `v=spf1 include:${HOST} ~all`,
    priority: null,
    ttl: 'Auto',
    purpose: 'SPF',
  },
  {
    type: 'TXT',
    name: `sandbox._domainkey.${domain}`,
    value: 'v=DKIM1; k=ed25519; p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    priority: null,
    ttl: 'Auto',
    purpose: 'DKIM',
  },
];
