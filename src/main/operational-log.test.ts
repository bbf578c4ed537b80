import { expect, test } from 'vitest';
import { createOperationalLog } from './operational-log.ts';

function lines(isTTY: boolean, level: 'info' | 'silent' = 'info') {
  const written: string[] = [];
  const out = { isTTY, write: (line: string) => written.push(line) };
  return {
    log: createOperationalLog({ level, clock: { now: () => Date.UTC(2026, 10, 20, 12, 34, 56) }, out }),
    written,
  };
}

const SECRETS = [
  'sps_4h2vqlrmfMeW5tHUH283oDm7qMiRTvUwSKRgb6caHJh433I7W',
  'Bearer abc.def',
  '+14155550100',
  'ada@mail.example.com',
  'postgres://u:hunter2@db.example/x',
  '/sse?agentId=agt_1&token=chosen-by-the-operator',
  '/messages?sessionId=0b6b2bd2-0000-4000-8000-000000000000',
  're_12345678_abcdefgh',
  'Basic QUMxOnRva2Vu',
  'https://door.example/webhooks/twilio/agt_1/status?m=msg_1&n=the-nonce-of-a-message',
  'https://door.example/unsubscribe/agt_1.msg_1.the-way-out',
];

test.for([true, false])(
  'keeps secrets and personal data out, whatever field they come in by (terminal: %s)',
  (isTTY) => {
    const { log, written } = lines(isTTY);
    for (const secret of SECRETS) {
      log.error({ err: new Error(`failed for ${secret}`), note: secret, deep: { in: [secret] } }, `about ${secret}`);
    }
    log.info({ token: 'anything', inner: { authorization: 'anything', credentials: 'anything' } }, 'fields');
    const text = written.join('');
    for (const secret of [
      ...SECRETS,
      'hunter2',
      'anything',
      'abc.def',
      'chosen',
      '0b6b2bd2',
      'QUMx',
      'the-nonce',
      'the-way-out',
    ])
      expect(text).not.toContain(secret);
  },
);

test('leaves lines that are JSON, one for each, with the time of the clock', () => {
  const { log, written } = lines(false);
  log.info({ note: `"${SECRETS.join('"\n')}` }, 'a line\nand no second one');
  expect(written).toHaveLength(1);
  expect(JSON.parse(written[0]!)).toMatchObject({ level: 'info', time: '2026-11-20T12:34:56.000Z' });
  expect(written[0]!.indexOf('\n')).toBe(written[0]!.length - 1);
});

test('is short on a terminal, and nothing forges a line or steers it', () => {
  const { log, written } = lines(true);
  log.info({ port: 3100 }, 'listening\n12:34:57  forged\u001b[2J');
  log.warn('look');
  expect(written).toEqual(['12:34:56  listening 12:34:57  forged [2J  port=3100\n', '12:34:56  warn: look\n']);
});

test('is silent when asked to be', () => {
  const { log, written } = lines(false, 'silent');
  log.fatal('nobody hears');
  expect(written).toEqual([]);
});
