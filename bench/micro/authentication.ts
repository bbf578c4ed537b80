/**
 * What it costs to know who calls, by an API key and by a person's access token that were used before: from the text in the
 * header to the principal, over the house's own store.
 */

import { mintToken, type TokenKind } from '../../src/identity/token.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import { toHex } from '../../src/kernel/encoding.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { HOUR_MS } from '../../src/kernel/time.ts';
import { compose, type House } from '../../src/main/compose.ts';
import { openDataDir } from '../../src/main/data-dir.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { parseAddress } from '../../src/shield/ip-address.ts';
import type { Micro } from '../micro.ts';
import { scratch } from '../scratch.ts';
import { median } from '../statistics.ts';

const PER_BATCH = 5_000;
const BATCHES = 21;
const entropy = systemEntropy();
const minted = (kind: TokenKind) => mintToken((n) => entropy.bytes(n), kind);

const authenticating = (name: string, bearerIn: (house: House) => Promise<string>): Micro => ({
  name,
  unit: 'µs',
  goal: { atMost: 50 },
  async run(note) {
    using folder = scratch();
    using dataDir = openDataDir(folder.path, entropy);
    await using house = await compose({
      settings: loadSettings({ DATA_DIR: folder.path }),
      dataDir,
      onFault: (fault) => process.stderr.write(`${String(fault)}\n`),
    });
    const credentials = { bearer: await bearerIn(house), address: parseAddress('192.0.2.7'), certificate: null };
    const principal = await house.authenticate(credentials);
    if (principal === null) throw new Error('nobody was let in'); // a refusal costs less
    note(`${principal.kind}, ${principal.scopes.size} scopes`);
    const batch = async (): Promise<number> => {
      const begun = performance.now();
      for (let n = 0; n < PER_BATCH; n++) await house.authenticate(credentials);
      return ((performance.now() - begun) * 1000) / PER_BATCH;
    };
    await batch();
    const times: number[] = [];
    for (let n = 0; n < BATCHES; n++) times.push(await batch());
    return median(times);
  },
});

export const authenticateKey = authenticating('authenticate-api-key', async (house) => {
  const { token, hash } = minted('key');
  await house.store.found(house.defaultOrganization, 'bench', [
    identityWrite('api-key.create', {
      ...{ id: house.ids.next('key'), hash, name: 'Bench', scopes: ['agent:read', 'agent:act'] },
      ...{ actions: ['comms.pause_agent'], cidrs: ['192.0.2.0/24'], requestsPerMinute: 600, expiresAt: null },
      ...{ createdBy: 'bench', createdAt: house.clock.now() },
    }),
  ]);
  return token;
});

export const authenticateSession = authenticating('authenticate-session', async (house) => {
  const { token, hash } = minted('person');
  const [id, now] = [house.ids.next('usr'), house.clock.now()];
  const email = `${toHex(entropy.bytes(4))}@example.com`;
  await house.store.found(house.defaultOrganization, 'bench', [
    identityWrite('person.create', { id, email, name: 'Bench', role: 'owner', createdAt: now }),
    identityWrite('person.activate', { id }),
    identityWrite('session.begin', {
      ...{
        id: house.ids.next('ses'),
        person: id,
        at: now,
        steppedUpAt: now,
        expiresAt: now + HOUR_MS,
        factors: ['bench'],
        device: 'bench',
      },
      ...{ accessHash: hash, accessExpiresAt: now + HOUR_MS },
    }),
  ]);
  return token;
});
