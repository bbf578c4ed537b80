/** Secrets of the swarm: who puts them, who uses them, and that nobody sees them again. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadSettings, swarmVariables } from '../../../src/main/settings.ts';
import { openSecrets } from '../../../src/swarm/open-secrets.ts';
import { dump } from '../../support/dump.ts';
import { engines } from '../../support/engines.ts';
import { ORCHESTRATOR_TOKEN } from '../../support/house.ts';
import { houseOn } from '../../support/open.ts';

const VALUE = 'sk-a-very-secret-value-0123456789';

describe.each(engines)('a secret of the swarm on $name', (on) => {
  it('is opened for its own organisation alone, and found nowhere in the clear', async () => {
    const t = await houseOn(on);
    const org = t.house.defaultOrganization;
    const other = await t.organization();
    const { secrets } = t.house.tools;
    const put = (name: string, value: string) =>
      t.call('swarm.put_secret', t.orchestrator, { organizationId: org, name, value });
    const outcome = await put('weather', VALUE);
    expect(outcome).toMatchObject({ is: 'done', output: { name: 'weather' } });
    expect(inspect(outcome, { depth: 9 })).not.toContain(VALUE);
    expect(await secrets.open(org, { secret: 'weather' })).toBe(VALUE);
    expect(await secrets.open(other.id, { secret: 'weather' })).toBeNull();
    expect(await secrets.open(org, { secret: 'none' })).toBeNull();
    for (const [table, rows] of await dump(t.engine)) expect(rows, table).not.toContain(VALUE);
  });
});

describe('a secret in the vault', () => {
  it('is known by name, fingerprint, age and last use, and replaced or removed by its owner', async () => {
    const t = await houseOn(engines[0]!);
    const organizationId = t.house.defaultOrganization;
    const by = t.orchestrator;
    const list = async () => (await t.done('swarm.list_secrets', by, { organizationId })).secrets;
    const put = (name: string, value: string) => t.done('swarm.put_secret', by, { organizationId, name, value });
    await put('weather', VALUE);
    await put('copy', VALUE);
    const [copy, weather] = await list();
    expect(weather).toMatchObject({ name: 'weather', createdBy: by.id, lastUsedAt: null });
    expect(weather.fingerprint).toMatch(/^[0-9a-f]{12}$/);
    expect(copy.fingerprint).toBe(weather.fingerprint);
    await t.house.tools.secrets.open(organizationId, { secret: 'weather' });
    await expect.poll(async () => (await list())[1].lastUsedAt).not.toBeNull();
    await put('weather', 'another');
    expect((await list())[1]).toMatchObject({
      lastUsedAt: null,
      fingerprint: expect.not.stringMatching(weather.fingerprint),
    });
    expect(await t.house.tools.secrets.open(organizationId, { secret: 'weather' })).toBe('another');
    await t.done('swarm.remove_secret', by, { organizationId, name: 'weather' });
    expect(await t.house.tools.secrets.open(organizationId, { secret: 'weather' })).toBeNull();
    const again = await t.call('swarm.remove_secret', by, { organizationId, name: 'weather' });
    expect(again).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
    expect((await list()).map(({ name }: { name: string }) => name)).toEqual(['copy']);
  });
});

describe('a variable of the environment', () => {
  const environment = { ORCHESTRATOR_SECURITY_TOKEN: ORCHESTRATOR_TOKEN, SWARM_ENV_ALLOWED: 'WEATHER_KEY, UNSET' };
  const settings = loadSettings(environment);
  const variables = swarmVariables(settings, { ...environment, WEATHER_KEY: 'k', DATABASE_PASSWORD: 'p', UNSET: '' });
  const vault = { open: async () => null, used: async () => undefined };
  const clock = { now: () => 0 };
  const learnt: string[] = [];
  const learn = (_: string, secret: string) => learnt.push(secret);
  const own = openSecrets({ vault, variables, learn, clock, ownOrganization: 'org_own', onFault: () => undefined });

  it('is opened if the operator listed it, for the server’s own organisation alone', async () => {
    expect(await own.open('org_own', { env: 'WEATHER_KEY' })).toBe('k');
    expect(await own.open('org_other', { env: 'WEATHER_KEY' })).toBeNull();
    for (const env of ['DATABASE_PASSWORD', 'UNSET', 'PATH', 'ORCHESTRATOR_SECURITY_TOKEN', '__proto__'])
      expect(await own.open('org_own', { env })).toBeNull();
    expect(learnt).toEqual(['k']); // what leaves is looked through for it
  });

  it('can not be one of the server’s own settings', () => {
    expect(() => loadSettings({ ...environment, SWARM_ENV_ALLOWED: 'CREDENTIALS_ENCRYPTION_KEY' })).toThrow(
      'which is a setting of this server',
    );
    expect(() => loadSettings({ ...environment, SWARM_ENV_ALLOWED: 'lower' })).toThrow('must be');
    expect(() => loadSettings({ ...environment, SWARM_PROGRAMS: 'npx server' })).toThrow('absolute path');
    expect(() => loadSettings({ ...environment, SWARM_LOCAL_ORIGINS: 'http://127.0.0.1:1/x' })).toThrow('origins');
  });
});
