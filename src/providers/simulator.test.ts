import { describe, expect, test } from 'vitest';
import { CONFIRM_OPT_OUT } from '../comms/anomaly-traits.ts';
import { message } from '../comms/fixtures.ts';
import type { OutboundMessage } from '../comms/provider-ports.ts';
import { type Claimed, mintPermit } from '../guard/permit.ts';
import type { ActionId } from '../kernel/ids.ts';
import type { Timer } from '../kernel/timer.ts';
import { createSimulator, type SimulatedAnswer } from './simulator.ts';

function setUp(remembered?: number) {
  const answers: SimulatedAnswer[] = [];
  const waiting = new Set<{ ms: number; run: () => void }>();
  const timer: Timer = (ms, run) => {
    const entry = { ms, run };
    waiting.add(entry);
    return () => waiting.delete(entry);
  };
  const simulator = createSimulator({
    onInbound: (answer) => answers.push(answer),
    answerAfterMs: 100,
    timer,
    ...(remembered === undefined ? {} : { remembered }),
  });
  const elapse = () => {
    for (const entry of [...waiting]) {
      waiting.delete(entry);
      entry.run();
    }
  };
  return { simulator, answers, waiting, elapse };
}

function permit(to: string, id: ActionId = 'act_1', abort = new AbortController(), action = 'comms.send_message') {
  const claimed: Claimed<OutboundMessage> = {
    id,
    org: 'org_1',
    agent: 'agt_1',
    action,
    input: { ...message, to },
    attempt: 1,
    duties: [],
    context: { from: '+15002000000', mode: 'sandbox' },
  };
  return mintPermit(claimed, abort.signal);
}

describe('the simulator', () => {
  test('takes a message, tells its price and its reference, and echoes it after a while', async () => {
    const { simulator, answers, waiting, elapse } = setUp();
    expect(await simulator.send(permit('+1 415 555 0100'))).toEqual({ state: 'ok', ref: 'sim_1', cost: 7_900 });
    expect(answers).toEqual([]);
    expect([...waiting].map(({ ms }) => ms)).toEqual([100]);
    elapse();
    expect(answers).toEqual([
      {
        org: 'org_1',
        agent: 'agt_1',
        channel: 'sms',
        from: '+14155550100',
        to: '+15002000000',
        body: 'Hello',
        providerRef: 'sim_1_answer',
      },
    ]);
  });

  test('answers STOP from the number that does', async () => {
    const { simulator, answers, elapse } = setUp();
    await simulator.send(permit('+14155550102'));
    elapse();
    expect(answers).toMatchObject([{ from: '+14155550102', body: 'STOP' }]);
  });

  test('does not answer what confirms its STOP', async () => {
    const { simulator, waiting } = setUp();
    expect(await simulator.send(permit('+14155550102', 'act_1', undefined, CONFIRM_OPT_OUT))).toMatchObject({
      state: 'ok',
    });
    expect(waiting.size).toBe(0);
  });

  test('has any other number stay silent', async () => {
    const { simulator, waiting } = setUp();
    expect(await simulator.send(permit('+442079460000'))).toMatchObject({ state: 'ok' });
    expect(waiting.size).toBe(0);
  });

  test('takes a repeat for what it is: the same answer, no second message', async () => {
    const { simulator, answers, elapse } = setUp();
    const first = await simulator.send(permit('+14155550100'));
    expect(await simulator.send(permit('+14155550100'))).toBe(first);
    elapse();
    expect(answers).toHaveLength(1);
  });

  test('takes a repeat for what it is while the first is still being sent', async () => {
    const { simulator, answers, elapse } = setUp();
    const both = [simulator.send(permit('+14155550112')), simulator.send(permit('+14155550112'))];
    elapse(); // the slow number's delay
    expect(await Promise.all(both)).toMatchObject([{ ref: 'sim_1' }, { ref: 'sim_1' }]);
    elapse(); // the answers
    expect(answers).toHaveLength(1);
  });

  test('forgets the oldest when it remembers enough', async () => {
    const { simulator, answers, elapse } = setUp(2);
    for (const id of ['act_1', 'act_2', 'act_3', 'act_3', 'act_1'] as const)
      await simulator.send(permit('+14155550100', id));
    elapse();
    expect(answers.map(({ providerRef }) => providerRef)).toEqual([
      'sim_1_answer',
      'sim_2_answer',
      'sim_3_answer',
      'sim_1_answer',
    ]);
  });

  test.each([
    ['+14155550110', 'provider_rejected', '21211'],
    ['+14155550114', 'provider_rejected', '21610'],
    ['+14155550115', 'provider_rejected', '30005'],
    ['+14155550111', 'provider_unavailable', '503'],
  ])('fails for %s with %s', async (to, code, detail) => {
    const { simulator, waiting } = setUp();
    expect(await simulator.send(permit(to))).toMatchObject({
      state: 'failed',
      code,
      say: expect.stringContaining(detail),
    });
    expect(waiting.size).toBe(0);
  });

  test('never answers from the number that hangs, and lets go when the lease ends', async () => {
    const abort = new AbortController();
    const sending = setUp().simulator.send(permit('+14155550113', 'act_1', abort));
    abort.abort();
    await expect(sending).rejects.toThrow();
    await expect(setUp().simulator.send(permit('+14155550113', 'act_2', abort))).rejects.toThrow();
  });

  test('calls off the answers that are due when it stops, and lets a slow delivery end', async () => {
    const { simulator, answers, waiting, elapse } = setUp();
    await simulator.send(permit('+14155550100'));
    const slow = simulator.send(permit('+14155550112', 'act_2'));
    simulator.stop();
    expect([...waiting].map(({ ms }) => ms)).toEqual([2_000]);
    elapse();
    expect(await slow).toMatchObject({ state: 'ok' });
    expect(answers).toEqual([]);
  });
});
