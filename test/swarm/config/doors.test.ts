/** The configuration over HTTP, as people and strangers come: PUT and GET, twice, too large, by nobody. */
import { expect, test } from 'vitest';
import { visit } from '../../people/fixture.ts';
import { PROMPT, small, text } from './swarms.ts';

const PATH = '/api/v1/swarm/config';

test('is put, read, checked and compared under one address, by who may', async () => {
  const { t, browser, person, log } = await visit();
  const { id: org } = await t.organization();
  const [owner, operator, viewer] = [
    await person('owner', org),
    await person('operator', org),
    await person('viewer', org),
  ];
  const b = browser();
  const as = ({ signed }: typeof owner, more: Record<string, string> = {}) => ({
    bearer: signed.accessToken,
    headers: more,
  });
  expect((await b.ask('PUT', PATH, { source: text(small()) })).status).toBe(401);
  expect((await b.ask('PUT', PATH, { source: text(small()) }, as(viewer))).status).toBe(403);
  expect((await b.ask('GET', PATH, undefined, as(owner))).status).toBe(404);

  const once = as(owner, { 'idempotency-key': 'first' });
  const put = await b.ask('PUT', PATH, { source: text(small()), expectedVersion: 0 }, once);
  expect(put).toMatchObject({ status: 200, body: { version: 1, changed: true } });
  expect(await b.ask('PUT', PATH, { source: text(small()), expectedVersion: 0 }, once)).toMatchObject({
    status: 200,
    body: { version: 1 },
  });
  expect((await b.ask('PUT', PATH, { source: text(small('x')), expectedVersion: 0 }, once)).body).toMatchObject({
    code: 'idempotency_conflict',
  });
  expect((await b.ask('PUT', PATH, { source: text(small('x')), expectedVersion: 0 }, as(owner))).status).toBe(409);

  expect((await b.ask('GET', `${PATH}?version=1`, undefined, as(owner))).body.config.agents[0].prompt).toBe(PROMPT);
  const hidden = await b.ask('GET', PATH, undefined, as(operator));
  expect(hidden.body.config.agents[0].prompt).toEqual({
    hidden: true,
    sha256: expect.any(String),
    characters: PROMPT.length,
  });
  expect((await b.ask('GET', PATH, undefined, as(viewer))).status).toBe(403);
  expect((await b.ask('GET', `${PATH}/versions`, undefined, as(operator))).body.versions).toHaveLength(1);
  expect((await b.ask('GET', '/api/v1/agents/front-desk/schema', undefined, as(operator))).body).toMatchObject({
    name: 'front-desk',
    input: null,
  });
  expect((await b.ask('GET', '/api/v1/agents/nobody/config', undefined, as(operator))).status).toBe(404);

  const bad = { source: `swarm: {name: "${PROMPT}"}\nagents: [` };
  const checked = await b.ask('POST', `${PATH}/check`, bad, as(operator));
  expect(checked).toMatchObject({
    status: 200,
    body: { ok: false, problems: [{ line: expect.any(Number), column: expect.any(Number) }] },
  });
  const refused = await b.ask('PUT', PATH, bad, as(owner));
  expect(refused.status).toBe(400);
  const compared = await b.ask('POST', `${PATH}/diff`, { source: text(small('x')) }, as(operator));
  expect(compared.body).toMatchObject({ version: 1, sections: ['prompts'], forbidden: ['prompts'] });
  expect((await b.ask('PUT', PATH, { source: 'x'.repeat(1_100_000) }, as(owner))).status).toBe(413);
  expect((await b.ask('PUT', PATH, { source: 'x'.repeat(1_000_000) }, as(owner))).status).toBe(400);
  expect(JSON.stringify([log, checked.body, refused.body, compared.body])).not.toContain('CANARY');

  t.clock.pass(5 * 60_000);
  expect((await b.ask('PUT', PATH, { source: text(small('y')) }, as(owner))).body).toMatchObject({
    code: 'step_up_required',
  });
});
