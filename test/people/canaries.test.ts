/**
 * Canaries (P09, P11): every secret that the server is given or makes, in one place, and nothing of it in any answer but the
 * one that hands it out, nor in the operational log, the log, faults, metrics, descriptions, an export or a cell of the
 * database. `support/canaries.ts` holds the same over all tests that open a house.
 */
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { mintToken } from '../../src/identity/token.ts';
import { createOperationalLog } from '../../src/main/operational-log.ts';
import { createCanaries, secretMembers } from '../support/canaries.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { ORCHESTRATOR_TOKEN } from '../support/house.ts';
import { COOKIE, visit } from './fixture.ts';

const secret = (name: string) => `${name}-${randomBytes(18).toString('base64url')}`;

describe('what is secret', () => {
  test('turns up nowhere but where it is handed out', async () => {
    const { engine } = await engines[0]!.open();
    const settings = {
      ALERT_WEBHOOK_URL: 'https://alerts.example/in',
      ALERT_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
    };
    const { ALERT_WEBHOOK_SECRET } = settings;
    const canaries = createCanaries();
    const { t, browser, person, log } = await visit({ engine, canaries, environment: settings });
    const isSecret = secretMembers(t.house.catalogue);
    canaries.plant('the secret of the alerts’ webhook', ALERT_WEBHOOK_SECRET);
    canaries.plant('the orchestrator’s token', ORCHESTRATOR_TOKEN);
    const page = browser();
    const post = async (path: string, body: object, bearer?: string) => {
      const answer = await page.post(`/api/v1/${path}`, body, bearer);
      canaries.handedOut(path, answer.body, isSecret);
      return answer.body;
    };
    const act = (path: string, body: object) => post(path, body, ORCHESTRATOR_TOKEN);

    // what vendors know the organisation by, what agents and administrators act with, what signs alerts
    const made = await act('comms/create-organization', { name: 'Acme', slug: 'acme' });
    const admin: string = made.adminToken;
    const [authToken, apiKey] = [secret('twilio'), secret('re')];
    for (const given of [authToken, apiKey]) canaries.plant('what a vendor gave', given);
    const accounts = [
      { provider: 'twilio', credentials: { accountSid: 'AC1', authToken } },
      { provider: 'resend', credentials: { apiKey } },
    ];
    for (const account of accounts) await post('comms/register-provider', account, admin);
    const agent = await post('comms/provision-channels', { displayName: 'Desk', capabilities: { sms: true } }, admin);
    await post('identity/rotate-agent-token', { agentId: agent.agentId }, admin);
    await post('comms/set-alert-routes', { webhookUrl: 'https://acme.example/in' }, admin);
    await post('comms/get-organization', {}, admin);
    expect(agent.securityToken).toMatch(/^spa_/);

    // what people come in with
    const { id, signed } = await person('owner');
    canaries.plant('an access token', signed.accessToken);
    canaries.plant('a refresh token', signed.refreshToken);
    page.jar.set(COOKIE, signed.refreshToken);
    const renewed = await page.post('/api/v1/auth/refresh');
    expect(renewed.status).toBe(200);
    canaries.handedOut('a refresh', renewed.body, (member) => member === 'accessToken');
    canaries.plant('a rotated refresh token', page.jar.get(COOKIE));
    for (const path of ['me', 'sessions'])
      canaries.look(path, JSON.stringify((await page.get(`/api/v1/auth/${path}`, signed.accessToken)).body));

    // put where they do not belong, they are not repeated
    const token: string = agent.securityToken;
    for (const misplaced of [admin, token, authToken, signed.accessToken, signed.refreshToken]) {
      const refusals = [
        await page.post('/api/v1/comms/ping', { message: 'hello', nonsense: misplaced }, admin),
        await page.post('/api/v1/comms/review-kyc', { decision: misplaced }, ORCHESTRATOR_TOKEN),
        await page.get(`/api/v1/approvals?nonsense=${misplaced}`, admin),
        await page.post(`/api/v1/approvals/${misplaced}/approve`, {}, admin),
        await page.get(`/api/v1/${misplaced}`, admin),
        await page.get('/api/v1/audit', `${misplaced}x`),
      ];
      for (const { status, body, headers } of refusals) {
        expect(status).toBeGreaterThanOrEqual(400);
        canaries.look('a refusal', `${JSON.stringify(body)}${inspect(headers)}`);
      }
    }

    await t.house.store.checkpoint();
    const auditor = (await person('auditor')).signed.accessToken;
    for (const path of [
      ...['audit?everyOrganization=true&limit=500', 'audit/export?everyOrganization=true', 'audit/checkpoint'],
      ...['audit/verify', 'openapi.json'],
    ]) {
      const answer = await page.get(`/api/v1/${path}`, auditor);
      expect([path, answer.status]).toEqual([path, 200]);
      canaries.lookHard(path, JSON.stringify(answer.body));
    }
    const own = (await person('auditor', made.organizationId)).signed.accessToken;
    const account = await page.get('/api/v1/audit/config?what=provider:twilio', own);
    expect(account).toMatchObject({ status: 200, body: { config: { provider: 'twilio' } } });
    canaries.lookHard('a configuration', JSON.stringify(account.body));
    for (const path of ['/api/docs', '/metrics'])
      canaries.lookHard(path, JSON.stringify((await page.get(path, ORCHESTRATOR_TOKEN)).body));
    canaries.lookHard('the operational log', log.join(''));
    for (const fault of t.faults) canaries.lookHard('a fault', inspect(fault));
    for (const [table, rows] of await dump(engine)) canaries.lookHard(`the table ${table}`, rows);
    expect(await t.house.store.people.person(signed.org, id)).not.toBeNull();
  });

  test.for(['spa_', 'spo_', 'sps_', 'spk_', 'spu_', 'spr_'])(
    'is scrubbed from the operational log: %s',
    async (prefix) => {
      const { t, log } = await visit();
      const value = `${prefix}${randomBytes(32).toString('hex')}`;
      t.canaries.plant('a token', value);
      const written: string[] = [];
      const out = { write: (line: string) => written.push(line) };
      createOperationalLog({ level: 'info', clock: t.clock, out }).error({ err: new Error(`bad ${value}`) }, value);
      expect(written).toHaveLength(1);
      t.canaries.lookHard('the operational log', [...log, ...written].join(''));
    },
  );
});

describe('a canary', () => {
  const value = 'a-secret-of-thirty-two-characters';
  const planted = () => {
    const canaries = createCanaries();
    canaries.plant('the secret', value);
    return canaries;
  };
  const bytes = Buffer.from(`user:${value}`);
  test.for([
    ['as it is', value],
    ['in Base64', bytes.toString('base64')],
    ['in Base64 after one byte', Buffer.from(`x${value}`).toString('base64')],
    ['in Base64 after two', Buffer.from(`xy${value}`).toString('base64')],
    ['in hexadecimal', bytes.toString('hex')],
  ])('is found %s', ([, text]) => {
    expect(() => planted().lookHard('a log line', `before ${text} after`)).toThrow(
      'the secret must not be in a log line',
    );
  });
  test('of our own tokens is found among thousands, also in the middle of a text', () => {
    const canaries = createCanaries();
    const tokens = Array.from({ length: 2_000 }, () => mintToken(randomBytes, 'agent').token);
    for (const token of tokens) canaries.plant('a token', token);
    expect(() => canaries.look('a line', `x=${tokens[7]}y`)).toThrow('a token must not be in a line');
    expect(() => canaries.look('a line', `x=${mintToken(randomBytes, 'agent').token}`)).not.toThrow();
  });
  test('is planted by the answer that hands it out, and found in the next', () => {
    const canaries = createCanaries();
    const isSecret = (member: string) => member === 'token';
    canaries.handedOut('a', { token: value, id: 'tok_1' }, isSecret);
    expect(() => canaries.handedOut('b', { id: value }, isSecret)).toThrow('the token of a must not be in b');
    expect(() => canaries.look('c', 'nothing')).not.toThrow();
  });
});
