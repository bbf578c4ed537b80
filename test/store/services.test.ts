/** Service principals over every engine: a number is used once, a name is of one service, a use is noted, an end is an end. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { identityWrite } from '../../src/identity/writes.ts';
import { DAY_MS } from '../../src/kernel/time.ts';
import { openDesk } from '../support/desk.ts';
import { engines } from '../support/engines.ts';
import { testKeys } from '../support/house.ts';
import { deskOn } from '../support/open.ts';

const GIVEN = {
  ...{ name: 'CRM', scopes: ['agent:read'], actions: ['comms.ping'], cidrs: ['192.0.2.0/24'], requestsPerMinute: 30 },
  ...{ expiresAt: null, createdBy: 'tok_1', createdAt: 1 },
} as const;
const FIRST_PAGE = { limit: 9, before: undefined };

describe.each(engines)('a service on $name', (on) => {
  it('uses a number once, of 20 that ask at once, until it is forgotten', async () => {
    const desk = await deskOn(on);
    const { org } = await desk.tenant('acme');
    const [service, other] = [{ org, id: desk.ids.next('svc') } as const, { org, id: desk.ids.next('svc') } as const];
    const once = (until = 100) => desk.store.services.rememberOnce(service, 'number-1', until);
    const firsts = await Promise.all(Array.from({ length: 20 }, () => once()));
    expect(firsts.filter(Boolean)).toHaveLength(1);
    expect(await desk.store.services.rememberOnce(other, 'number-1', 100)).toBe(true);
    await desk.store.services.sweep(99);
    expect(await once()).toBe(false);
    await desk.store.services.sweep(100);
    expect(await once()).toBe(true);
  });

  it('has the name of its certificate alone on the whole server, and leaves it free when it is removed', async () => {
    const desk = await deskOn(on);
    const [mine, other] = [await desk.tenant('mine'), await desk.tenant('other')];
    const register = (org: typeof mine.org, id = desk.ids.next('svc')) =>
      desk.store
        .found(org, 'test', [identityWrite('service.register', { ...GIVEN, id, by: { san: 'DNS:crm.example' } })])
        .then(() => id);
    const made = await Promise.allSettled([register(mine.org), register(other.org), register(mine.org)]);
    expect(made.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
    const id = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))[0]!;
    const found = await desk.store.services.byCertificateNames(['DNS:none.example', 'DNS:crm.example']);
    expect(found).toMatchObject({ id, epoch: 0, requestsPerMinute: 30, suspended: false });
    await desk.store.found(found!.org, 'test', [identityWrite('service.remove', { id, at: 5 })]);
    expect(await desk.store.services.byCertificateNames(['DNS:crm.example'])).toBeNull();
    const next = await register(other.org);
    expect(await desk.store.services.byCertificateNames(['DNS:crm.example'])).toMatchObject({ id: next });
  });

  it('is nobody by a certificate that has the names of two', async () => {
    const desk = await deskOn(on);
    const { org } = await desk.tenant('acme');
    const sans = ['DNS:a.example', 'DNS:b.example'];
    for (const san of sans)
      await desk.store.found(org, 'test', [
        identityWrite('service.register', { ...GIVEN, id: desk.ids.next('svc'), by: { san } }),
      ]);
    expect(await desk.store.services.byCertificateNames(sans)).toBeNull();
    expect(await desk.store.services.byCertificateNames([sans[0]!])).not.toBeNull();
  });

  it('is what its row says, and no longer once it is revoked, though it was remembered', async () => {
    const desk = await deskOn(on);
    const { org } = await desk.tenant('acme');
    const id = desk.ids.next('key');
    await desk.store.found(org, 'test', [identityWrite('api-key.create', { ...GIVEN, id, hash: 'h' })]);
    for (let look = 0; look < 2; look++) {
      const found = await desk.store.services.keyByHash('h');
      expect(found).toMatchObject({ id, org, revokedAt: null, epoch: 0 });
      expect([...found!.scopes, ...found!.actions]).toEqual(['agent:read', 'comms.ping']);
    }
    await desk.store.found(org, 'test', [identityWrite('api-key.revoke', { id, at: 7 })]);
    expect(await desk.store.services.keyByHash('h')).toMatchObject({ revokedAt: 7, epoch: 1 });
    expect(await desk.store.services.keyByHash('other')).toBeNull();
  });

  it('was used last when it was, never earlier', async () => {
    const desk = await deskOn(on);
    const { org } = await desk.tenant('acme');
    const [key, service] = [desk.ids.next('key'), desk.ids.next('svc')];
    await desk.store.found(org, 'test', [
      identityWrite('api-key.create', { ...GIVEN, id: key, hash: 'h' }),
      identityWrite('service.register', { ...GIVEN, id: service, by: { san: 'DNS:a.example' } }),
    ]);
    const lastUses = async () => [
      (await desk.store.services.keys(org, FIRST_PAGE))[0]!.lastUsedAt,
      (await desk.store.services.services(org, FIRST_PAGE))[0]!.lastUsedAt,
    ];
    expect(await lastUses()).toEqual([null, null]);
    const uses = (at: number) => [
      { org, id: service, at },
      { org, id: key, at: at + 1 },
    ];
    await desk.store.services.recordUse(uses(DAY_MS));
    await desk.store.services.recordUse(uses(5));
    expect(await lastUses()).toEqual([DAY_MS + 1, DAY_MS]);
  });
});

const [shared] = engines.filter(({ name }) => name === 'postgres');
describe.runIf(shared !== undefined)('a service of two servers on postgres', () => {
  it('uses a number once between them, and is nobody on the one when it was ended on the other', async () => {
    const { engine, again, dispose } = await shared!.open();
    const keys = testKeys();
    const first = await openDesk({ engine, keys });
    const second = await openDesk({ engine: again(), keys, beside: first });
    onTestFinished(async () => {
      await second.store.close();
      await first.store.close();
      await dispose();
    });
    const { org } = await first.tenant('acme');
    const id = first.ids.next('key');
    await first.store.found(org, 'test', [identityWrite('api-key.create', { ...GIVEN, id, hash: 'h' })]);
    const firsts = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        [first, second][n % 2]!.store.services.rememberOnce({ org, id }, 'number-1', 100),
      ),
    );
    expect(firsts.filter(Boolean)).toHaveLength(1);
    expect(await second.store.services.keyByHash('h')).toMatchObject({ revokedAt: null });
    await first.store.found(org, 'test', [identityWrite('api-key.revoke', { id, at: 7 })]);
    expect(await second.store.services.keyByHash('h')).toMatchObject({ revokedAt: 7 });
  });
});
