/**
 * `npm run sign-in-times -- [--seconds 10] [--rounds 3]`: what a sign-in by password tells by its time, and what many of them do
 * to everybody else.
 *
 * First the medians of 300 tries each, taken in turn: a right password, a wrong one, an address that nobody has; the last two
 * must not differ by 5 %. Then guarded sends at a steady rate, alone and beside sign-ins at 80 % of what one core can hash; the
 * 99th percentile may at most double. Ends with 1 if not.
 */
import { argon2Sync } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { listening, start, stop } from './child.ts';
import { describeMachine } from './machine.ts';
import { scratch } from './scratch.ts';
import { KNOWN, PASSWORD } from './sign-in-people.ts';
import { median, percentile } from './statistics.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, rounds: { type: 'string', default: '3' } },
});
const [seconds, rounds] = [values.seconds, values.rounds].map(Number) as [number, number];
const SENDS_PER_SECOND = 100;
const SHARE_OF_A_CORE = 0.8;
const MOST_APART = 0.05;
const MOST_SLOWER = 2;

const child = start('targets/sign-in.ts', []);
try {
  const { port, parties } = await listening(child);
  const { token, to } = parties[0]!;
  let addresses = 0;
  let shed = 0;

  const ask = async (path: string, body: object, headers: Record<string, string>): Promise<number> => {
    const from = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    const status = answer.status;
    if (status === 503) shed++;
    else if (status !== 200 && status !== 401) throw new Error(`${path}: ${status}`);
    return performance.now() - from;
  };
  const signIn = (email: string, password: string): Promise<number> => {
    const n = ++addresses; // each from an address of its own, or it would be locked out
    return ask('auth/login', { email, password }, { 'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` });
  };
  const send = (): Promise<number> =>
    ask('comms/send-message', { to, body: 'Your table is ready.' }, { authorization: `Bearer ${token}` });

  const tries = { right: [] as number[], wrong: [] as number[], nobody: [] as number[] };
  for (let n = 0; n < 20; n++) await signIn(`warm-${n}@example.com`, PASSWORD);
  for (let n = 0; n < KNOWN; n++) {
    tries.right.push(await signIn(`known-${n}@example.com`, PASSWORD));
    tries.wrong.push(await signIn(`known-${n}@example.com`, `${PASSWORD}.`));
    tries.nobody.push(await signIn(`nobody-${n}@example.com`, PASSWORD));
  }
  const [right, wrong, nobody] = [median(tries.right), median(tries.wrong), median(tries.nobody)];
  const apart = Math.abs(wrong - nobody) / nobody;

  /** Starts work at a steady rate for `seconds`, whatever it takes; gives back what each took, ms. */
  const steadily = async (perSecond: number, work: () => Promise<number>): Promise<number[]> => {
    const begun = performance.now();
    const running: Promise<number>[] = [];
    for (let n = 0; n < perSecond * seconds; n++) {
      await setTimeout(Math.max(0, begun + (n * 1_000) / perSecond - performance.now()));
      running.push(work());
    }
    return Promise.all(running);
  };
  const hashMs = median(
    Array.from({ length: 15 }, () => {
      const from = performance.now();
      const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
      argon2Sync('argon2id', { message: PASSWORD, nonce: Buffer.alloc(16), ...cost });
      return performance.now() - from;
    }),
  );
  if (shed > 0) throw new Error('one sign-in after the other was too many'); // its time would be that of a refusal
  const signInsPerSecond = (SHARE_OF_A_CORE * 1_000) / hashMs;
  let others = 0;
  const ratios: number[] = [];
  const quiet: number[] = [];
  const beside: number[] = [];
  await steadily(SENDS_PER_SECOND, send); // warm
  for (let round = 0; round < rounds; round++) {
    quiet.push(percentile(await steadily(SENDS_PER_SECOND, send), 99));
    const [sends] = await Promise.all([
      steadily(SENDS_PER_SECOND, send),
      steadily(signInsPerSecond, () => signIn(`other-${others++}@example.com`, PASSWORD)),
    ]);
    beside.push(percentile(sends, 99));
    ratios.push(beside.at(-1)! / quiet.at(-1)!);
  }
  const slower = median(ratios);

  using folder = scratch();
  const ms = (time: number): string => `${time.toFixed(2)} ms`;
  process.stdout.write(`${describeMachine(folder.path)}

| a sign-in with | median of ${KNOWN} |
|---|---|
| the right password | ${ms(right)} |
| a wrong one | ${ms(wrong)} |
| an address that nobody has | ${ms(nobody)} |
| the last two are apart by | ${(100 * apart).toFixed(1)} % |

| ${SENDS_PER_SECOND} guarded sends a second | p99, median of ${rounds} × ${seconds} s |
|---|---|
| alone | ${ms(median(quiet))} |
| beside ${signInsPerSecond.toFixed(1)} sign-ins a second (80 % of one core; a hash takes ${ms(hashMs)}) | ${ms(median(beside))} |
| ratio | ${slower.toFixed(2)} |
| sign-ins that were told to come back | ${shed} |
`);
  if (apart >= MOST_APART || slower > MOST_SLOWER) process.exitCode = 1;
} finally {
  await stop(child);
}
