import { describe, expect, test } from 'vitest';
import { CONTACT, change, NOW, principal, request, told } from '../fixtures.ts';
import { receiveMessage } from './receive-message.ts';

const receive = (body: string, input: Record<string, unknown> = {}) =>
  change(
    receiveMessage(),
    { from: '+1 415 555 0100', to: '+15002000000', body, channel: 'sms', providerRef: 'SM1', ...input },
    { before: null, suppressions: null, organization: null, agentRow: null },
    { by: principal('provider') },
  );
const kinds = (body: string, input: Record<string, unknown> = {}) =>
  receive(body, input).writes.map(({ kind }) => kind);

describe('a received message', () => {
  test('is stored as untrusted, readable by its organisation and its sender', () =>
    expect(receive('Hello').writes).toEqual([
      {
        kind: 'message.inbound',
        row: {
          id: 'msg_1',
          agent: 'agt_1',
          channel: 'sms',
          contact: CONTACT,
          to: '+15002000000',
          body: 'Hello',
          optOut: null,
          vouched: true,
          label: { integrity: 'untrusted', readers: ['organization:org_1', 'sender:msg_1'], sources: ['msg_1'] },
          action: 'act_1',
          providerRef: 'SM1',
          at: NOW,
          subject: null,
          attachments: [],
        },
      },
      {
        kind: 'context.join',
        row: {
          agent: 'agt_1',
          label: { integrity: 'untrusted', readers: ['organization:org_1', 'sender:msg_1'], sources: ['msg_1'] },
        },
      },
    ]));

  test.each(['Genug!', 'START', 'HELP', ''])('%j is an opt-out when the provider has taken it for one', (body) => {
    const { output, writes } = receive(body, { told: 'stop' });
    expect(output).toMatchObject({ optOut: 'stop' });
    expect(writes.map(({ kind }) => kind)).toEqual(kinds('STOP'));
  });

  test.each(['STOP', 'Stop.', 'ｓｔｏｐ', 'UNSUBSCRIBE', 'cancel', 'End', 'quit', 'please stop texting me'])(
    '%s suppresses the number on every channel, ends every agent’s consent and stops what is on its way',
    (body) => {
      const { writes, output } = receive(body);
      const suppressed = writes.filter(({ kind }) => kind === 'suppression.add').map(({ row }) => row);
      expect(suppressed).toMatchObject(
        ['sms', 'whatsapp', 'voice'].map((channel) => ({
          contact: CONTACT,
          channel,
          reason: 'stop',
          source: 'msg_1',
          by: 'tok_1',
        })),
      );
      expect(writes).toContainEqual({
        kind: 'consent.revoke',
        row: expect.objectContaining({ contact: CONTACT, agent: null, channel: null }),
      });
      expect(writes).toContainEqual({ kind: 'fence.bump', row: { of: 'contact', id: CONTACT } });
      expect(output).toMatchObject({ messageId: 'msg_1', optOut: expect.stringMatching(/^stop/) });
    },
  );

  test('gives each suppression an id of its own', () => {
    const ids = receive('STOP').writes.flatMap(({ kind, row }) =>
      kind === 'suppression.add' ? [(row as { id: string }).id] : [],
    );
    expect(new Set(ids).size).toBe(3);
  });

  test('STOP by mail ends mail alone', () => {
    const { writes } = receive('unsubscribe', { from: 'Bob@X.com', channel: 'email' });
    expect(writes.filter(({ kind }) => kind === 'suppression.add').map(({ row }) => row)).toMatchObject([
      { channel: 'email', contact: 'bob@x.com' },
    ]);
  });

  test('START lifts a STOP on its own channel and nothing else', () => {
    const { writes } = receive('Start');
    expect(writes.filter(({ kind }) => kind !== 'message.inbound' && kind !== 'context.join')).toEqual([
      { kind: 'suppression.remove', row: { contact: CONTACT, channel: 'sms', reason: 'stop' } },
    ]);
  });

  test.each(['meet me at the bus stop', 'HELP', 'don’t stop'])('%s revokes nothing', (body) =>
    expect(kinds(body)).toEqual(['message.inbound', 'context.join']),
  );

  test.each([
    ['+1 415 555 0100', 'sms'],
    ['14155550100', 'sms'],
    ['0014155550100', 'sms'],
    ['tel:+14155550100', 'sms'],
    ['whatsapp:+14155550100', 'whatsapp'],
  ])('from %s is from the contact that a send would go to', (from, channel) => {
    const { writes } = receive('STOP', { from, channel });
    for (const kind of ['suppression.add', 'consent.revoke', 'message.inbound']) {
      const rows = writes.filter((write) => write.kind === kind).map(({ row }) => row);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row).toMatchObject({ contact: CONTACT });
    }
    expect(writes).toContainEqual({ kind: 'fence.bump', row: { of: 'contact', id: CONTACT } });
  });

  describe('that asks to stop', () => {
    const sender = receiveMessage().guards.find(({ id }) => id === 'sender')!;
    const judge = (from: string, body: string, channel = 'sms') =>
      sender.judge(request({ from, body, channel }, { by: principal('provider') }), {});

    test.each([
      ['4155550100', 'sms'],
      ['+1415', 'sms'],
      ['whatsapp:bob', 'whatsapp'],
      ['Bob', 'email'],
    ])('is not reported as taken when its sender can’t be read: %s by %s', (from, channel) => {
      for (const body of ['STOP', 'please stop texting me']) {
        expect(told(judge(from, body, channel))).toEqual(['invalid_input']);
        expect(judge(from, body, channel)).toMatchObject([{ say: expect.stringMatching(/^from: /) }]);
      }
      for (const body of ['Hello', 'START', 'at the bus stop']) expect(judge(from, body, channel)).toEqual([]);
    });

    test.each(['PARCELCO', '72345', '14155550100', '+15551230002'])('is taken from %s', (from) =>
      expect(judge(from, 'STOP')).toEqual([]),
    );
  });

  test('is kept as far as a store can hold it', () =>
    expect(receive('\ud83dHello\0').writes).toContainEqual({
      kind: 'message.inbound',
      row: expect.objectContaining({ body: '\ufffdHello\ufffd' }),
    }));

  test('from a sender without an address is kept all the same, and its STOP too', () => {
    const { writes } = receive('STOP', { from: 'PARCELCO' });
    expect(writes).toContainEqual({
      kind: 'message.inbound',
      row: expect.objectContaining({ contact: 'PARCELCO', optOut: 'stop' }),
    });
  });
});
