import { expect, test } from 'vitest';
import { catalogueToRead } from '../main/actions.ts';
import { inputFrom, inputOptions, optionFor, secretFields } from './input-options.ts';

const catalogue = catalogueToRead();
const optionsOf = (name: string) => inputOptions(catalogue.byName(name)!);
const named = (action: string, option: string) => optionsOf(action).find(({ name }) => name === option);

/** Lists of objects, and objects of any members: given by --json alone. */
const BY_JSON = ['attachments', 'templateVars'];

test('every input of every action with the cli door has an option', () => {
  for (const entry of catalogue.entries.filter(({ action }) => action.doors.includes('cli'))) {
    const covered = new Set(inputOptions(entry).map(({ path }) => path[0]));
    const byJson = [...BY_JSON, ...secretFields(entry)];
    const fields = Object.keys(entry.schema.shape).filter((name) => !byJson.includes(name));
    expect([...covered].sort(), entry.action.name).toEqual(fields.sort());
  }
});

test('a payload is JSON, or text', () => {
  expect(named('swarm.inject', 'payload')).toMatchObject({ kind: 'json', required: true });
});

test('a secret has no option: a command line is read by every user of the machine', () => {
  const entry = catalogue.byName('comms.register_provider')!;
  expect(secretFields(entry)).toEqual([
    'credentials.authToken',
    'credentials.apiKey',
    'credentials.username',
    'credentials.password',
  ]);
  const names = inputOptions(entry).flatMap(({ name, common }) => (common ? [] : [name]));
  expect(names).toEqual([
    'provider',
    'credentials.account-sid',
    'credentials.host',
    'credentials.port',
    'credentials.tls',
  ]);
});

test('an option has the schema’s kind, choices, default and words', () => {
  expect(named('comms.send_message', 'purpose')).toMatchObject({
    kind: 'text',
    choices: ['transactional', 'marketing', 'conversational'],
    fallback: 'transactional',
    required: false,
    common: false,
  });
  expect(named('comms.send_message', 'to')).toMatchObject({
    required: true,
    says: expect.stringContaining('+14155550100'),
  });
  expect(named('comms.set_agent_limits', 'limits.messages-per-number-per-day')).toMatchObject({
    path: ['limits', 'messagesPerNumberPerDay'],
    kind: 'number',
    nullable: true,
  });
  expect(named('comms.acknowledge_messages', 'ids')).toMatchObject({ kind: 'text', many: true });
  expect(named('comms.ping', 'dry-run')).toMatchObject({ kind: 'flag', common: true });
});

test('an issue is told by the option that sets the value', () => {
  const options = optionsOf('comms.set_agent_limits');
  expect(optionFor(options, 'limits.perMinute')).toBe('--limits.per-minute');
  expect(optionFor(options, 'limits')).toBe('--limits.…');
  expect(optionFor(optionsOf('comms.acknowledge_messages'), 'ids.3')).toBe('--ids');
  expect(optionFor(options, 'elsewhere')).toBe('elsewhere');
});

test('values are put in their places over the JSON that was given, which stays as it is', () => {
  const base = { limits: { perDay: 1, perHour: 2 }, note: 'kept' };
  expect(
    inputFrom(base, [
      [['limits', 'perDay'], 3],
      [['agentId'], 'agt_1'],
      [['other', 'deep'], null],
    ]),
  ).toEqual({
    limits: { perDay: 3, perHour: 2 },
    note: 'kept',
    agentId: 'agt_1',
    other: { deep: null },
  });
  expect(base).toEqual({ limits: { perDay: 1, perHour: 2 }, note: 'kept' });
});
