import { describe, expect, test } from 'vitest';
import { message, request, told } from '../fixtures.ts';
import { recipientGuard } from './recipient.ts';

const judge = (change: Partial<typeof message>) => recipientGuard.judge(request({ ...message, ...change }), {});

describe('the recipient', () => {
  test.each(['+1 (415) 555-0100', '+442079460000'])('may be %s', (to) => expect(judge({ to })).toEqual([]));
  test.each(['415 555 0100', 'bob@example.com', '', '+1'])('is refused as unreadable: %j', (to) =>
    expect(told(judge({ to }))).toEqual(['invalid_input']),
  );
  test.each(['+19005550123', '+447012345678', '+88216000000', '+15551230002'])(
    'is refused as not reachable: %s',
    (to) => expect(told(judge({ to }))).toEqual(['recipient_not_reachable']),
  );
  test('names the field and says what to do', () =>
    expect(judge({ to: '4155550100' })).toMatchObject([{ say: expect.stringMatching(/^to: .*international form/) }]));
  test.each([
    ['sms', 1_600, '+14155550100'],
    ['whatsapp', 4_096, '+14155550100'],
    ['email', 20_000, 'bob@example.com'],
  ] as const)('gets by %s at most %i characters', (channel, most, to) => {
    expect(judge({ channel, to, body: 'x'.repeat(most) })).toEqual([]);
    expect(told(judge({ channel, to, body: 'x'.repeat(most + 1) }))).toEqual(['invalid_input']);
  });
  test('is told of address and length together', () =>
    expect(told(judge({ to: 'x', body: 'x'.repeat(1_601) }))).toHaveLength(2));
});
