/** How the accounts at providers that an organisation may use are doing, as far as its own requests have shown. */
import * as z from 'zod';
import type { OrgId } from '../kernel/ids.ts';
import type { CommsReader } from './ports.ts';
import { HEALTH, PROVIDERS, type Vendors } from './provider-ports.ts';

export const healthView = z.array(
  z.object({
    provider: z.enum(PROVIDERS),
    account: z.enum(['own', 'platform']),
    state: z
      .enum(HEALTH)
      .describe(
        'up: asked as usual. down: failed several times in a row, and is not asked for a moment. probing: one request finds out.',
      ),
  }),
);

export async function healthOf(
  org: OrgId,
  comms: Pick<CommsReader, 'accounts'>,
  vendors: Vendors,
): Promise<z.output<typeof healthView>> {
  const states = (await comms.accounts(org)).map(async ({ provider, org: holder }) => {
    const adapter = vendors.accounts[provider];
    const credentials = adapter === undefined ? null : await vendors.open(holder, provider);
    if (adapter === undefined || credentials === null) return [];
    const account = holder === org ? ('own' as const) : ('platform' as const);
    return [{ provider, account, state: adapter.health(credentials) }];
  });
  return (await Promise.all(states)).flat();
}
