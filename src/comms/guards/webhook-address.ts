/**
 * Whether providers can reach the addresses that this server would give them. Only a warning: a tunnel or a name that this
 * machine does not know may be in between; but most who see it have forgotten a setting and would wait for answers in vain.
 */
import { guard } from '../../guard/guard.ts';
import type { Vendors } from '../provider-ports.ts';

const LOCAL = /^https?:\/\/(?:localhost|127\.|\[::1\])/i;

export const webhookAddressGuard = (vendors: Vendors) =>
  guard<unknown>()({
    id: 'webhook-address',
    stage: 'validate',
    needs: {},
    judge() {
      const base = vendors.baseUrl();
      if (!LOCAL.test(base) && base.startsWith('https:')) return [];
      const say = `Providers can't reach ${base}: nothing would come in. Set WEBHOOK_BASE_URL (or PUBLIC_URL) to the server's https address, and bind again.`;
      return [{ is: 'warn', code: 'webhooks_unreachable', say }];
    },
  });
