import { expect, test } from 'vitest';
import type { Alert } from '../../../src/guard/alerts.ts';
import type { OrgId } from '../../../src/kernel/ids.ts';
import type { SwarmConfig } from '../../../src/swarm/config/schema.ts';
import { createRouters } from '../../../src/swarm/models/routers.ts';
import { handTimer } from './hand-timer.ts';
import { key, type ModelSource, model, modelsOf, reply } from './router-fixture.ts';

const A = 'org_a' as OrgId;
const B = 'org_b' as OrgId;

const DAY = 86_400_000;
const VERSION = { hash: '', by: 'system:test', note: null, source: 'put', live: false } as const;

function setUp() {
  const { clock, timer } = handTimer();
  const versions = new Map<OrgId, SwarmConfig[]>();
  const asked: string[] = [];
  const alerts: Alert[] = [];
  const client = {
    async attempt({ apiKey, model: name }: { apiKey: string | null; model: string }) {
      asked.push(`${name} ${apiKey}`);
      return reply();
    },
  };
  const routers = createRouters({
    configs: {
      async live(org) {
        const all = versions.get(org) ?? [];
        return all.length === 0 ? null : { version: all.length, config: all.at(-1)!, agents: new Map() };
      },
      at: async (org, version) => versions.get(org)?.[version - 1] ?? null,
      versions: async (org, { limit }) =>
        (versions.get(org) ?? [])
          .map((_, index) => ({ ...VERSION, version: index + 1, at: clock.now() - DAY * (100 - index) }))
          .reverse()
          .slice(0, limit),
    },
    secrets: {
      open: async (org, source) => `${org} ${'env' in source ? source.env : source.secret}`.replace(' ', '-'),
    },
    clientsOf: () => ({ 'openai-compatible': client, anthropic: client, scripted: client }),
    clock,
    timer,
    entropy: { bytes: (n) => new Uint8Array(n) },
    onAlert: (alert) => alerts.push(alert),
    onFault: (fault) => {
      throw fault;
    },
  });
  const ask = async (org: OrgId, version: number, alias: string) =>
    (await routers.of(org, version)).generate(alias, {
      messages: [{ role: 'user', text: 'a' }],
      tools: [],
      maxOutputTokens: 9,
      signal: new AbortController().signal,
    });
  const goLive = (org: OrgId, ...models: readonly ModelSource[]) =>
    versions.set(org, [...(versions.get(org) ?? []), { models: modelsOf(...models) } as unknown as SwarmConfig]);
  return { routers, ask, goLive, asked, alerts, clock };
}

test('each organisation has its own models, with its own keys', async () => {
  const { ask, goLive, asked, routers } = setUp();
  goLive(A, model('m', { model: 'of-a' }));
  goLive(B, model('m', { model: 'of-b' }), model('n'));
  await ask(A, 1, 'm');
  await ask(B, 1, 'm');
  expect(asked).toEqual(['of-a org_a-KEY_A', 'of-b org_b-KEY_A']);
  await expect(ask(A, 1, 'n')).rejects.toMatchObject({ code: 'model_refused' });
  expect(await routers.live('org_c' as OrgId)).toBeNull();
});

test('work under an older version finds its models, and those of the same name as they are now', async () => {
  const { ask, goLive, asked, routers } = setUp();
  goLive(A, model('m', { model: 'first' }), model('gone', { model: 'gone' }));
  await ask(A, 1, 'm');
  goLive(A, model('m', { model: 'second' }));
  await Promise.all([ask(A, 1, 'gone'), ask(A, 1, 'm'), ask(A, 2, 'm')]);
  expect(asked.map((one) => one.split(' ')[0]).sort()).toEqual(['first', 'gone', 'second', 'second']);
  goLive(A, model('m', { model: 'third' }));
  expect((await (await routers.live(A))!.status()).map(({ alias }) => alias)).toEqual(['m']);
});

test('old keys are told in the name of whose they are', async () => {
  const { goLive, routers, alerts, clock } = setUp();
  goLive(A, model('m', { keys: [key('a', { since: '2026-01-01' })] }));
  await routers.live(A);
  routers.alertOldKeys(clock.now());
  routers.alertOldKeys(clock.now());
  expect(alerts).toMatchObject([{ kind: 'model_key_old', org: A, subject: 'm/a' }]);
});

test('a key that does not say when it was made is as old as the first version that has it without a break', async () => {
  const { goLive, routers } = setUp();
  goLive(A, model('m', { keys: [key('a'), key('b')] }));
  goLive(A, model('m', { keys: [key('a')] }));
  goLive(A, model('m', { keys: [key('a'), key('b'), key('c', { since: '2026-11-19' })] }));
  const [status] = await (await routers.live(A))!.status();
  expect(status!.keys.map(({ name, ageDays }) => [name, ageDays])).toEqual([
    ['a', 100],
    ['b', 98],
    ['c', 1],
  ]);
});
