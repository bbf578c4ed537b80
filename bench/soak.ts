/**
 * `npm run soak -- [--minutes 60] [--rate 100] [--every 60] [--out FILE]`: the product as an operator runs it, in production
 * over Twilio's double with 50 ms latency in another process, under a load that goes on; status callbacks come back signed.
 * Every so many seconds a line of JSON says how it is; the last one sums up. Without `--rate` it finds out what the machine
 * bears with everything on it, and takes half. Ends with 1 if anything went wrong or memory grew.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ask, listening, start, stop } from './child.ts';
import { describeMachine } from './machine.ts';
import { TwilioUsage } from './messages.ts';
import { agentsOf, provision } from './production/provision.ts';
import { modernCalls } from './requests.ts';
import { scratch } from './scratch.ts';
import { startProduct } from './soak/product.ts';
import { rowsPerTable, type Sample, take } from './soak/sample.ts';
import { type Sender, startSender } from './soak/sender.ts';
import { summary } from './soak/summary.ts';

/** Webhooks' senders may call a million times a minute here, an agent 600 times: neither is what is measured. */
const SIZE = { organizations: 8, agentsEach: 20, contactsEach: 25 };
const LATENCY_MS = 50;
const DELIVERED_AFTER_MS = 200;
const STEPS = [25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1_000, 1_200];
const STEP_MS = 6_000;
/** A rate is borne while answers come this fast; they take at least the provider's time. */
const BORNE_P99_MS = 500;
/** For callbacks under way. */
const CALM_MS = 3_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string' },
    every: { type: 'string', default: '60' },
    out: { type: 'string', default: '/tmp/sallyport-soak.jsonl' },
  },
});

writeFileSync(values.out, '');
using folder = scratch();
write({ machine: describeMachine(folder.path), size: SIZE, latencyMs: LATENCY_MS });
const twilio = start('production/twilio-process.ts', [LATENCY_MS, agentsOf(SIZE), DELIVERED_AFTER_MS].map(String));
try {
  const { port } = await listening(twilio);
  const product = await startProduct(folder.path, `http://127.0.0.1:${port}`);
  const samples: Sample[] = [];
  let sender: Sender;
  try {
    sender = startSender(product.url, modernCalls(await provision(product.act, SIZE)));
    const rate = values.rate === undefined ? (await borne(sender)) / 2 : Number(values.rate);
    sender.setRate(rate);
    sender.read();
    write({ rate });
    const ofTwilio = () => ask(twilio, 'twilio', TwilioUsage);
    const begun = performance.now();
    const end = begun + Number(values.minutes) * 60_000;
    for (let at = begun; at < end; ) {
      at += Number(values.every) * 1_000;
      await setTimeout(at - performance.now());
      const minute = (performance.now() - begun) / 60_000;
      samples.push(await take(minute, { product, sent: sender.read(), twilio: await ofTwilio() }));
      write({ ...samples.at(-1)!, ...(sender.samples.length > 0 && { wrongAnswers: sender.samples }) });
    }
    await sender.stop();
    await setTimeout(CALM_MS);
    samples.push(
      await take((performance.now() - begun) / 60_000, { product, sent: sender.read(), twilio: await ofTwilio() }),
    );
  } finally {
    await product[Symbol.asyncDispose]();
  }
  const told = summary(samples, {
    wrong: sender.samples,
    complaints: product.complaints,
    rows: rowsPerTable(folder.path),
  });
  write(told);
  if (!told.well) process.exitCode = 1;
} finally {
  await stop(twilio);
}

/** The highest rate, messages a second, at which everything is answered well and in time. */
async function borne(sender: Sender): Promise<number> {
  let best = 0;
  for (const rate of STEPS) {
    sender.setRate(rate);
    await setTimeout(STEP_MS / 3);
    sender.read();
    await setTimeout(STEP_MS);
    const { wrong, late, p99Ms } = sender.read();
    write({ step: rate, wrong, late, p99Ms: Math.round(p99Ms) });
    if (wrong + late > 0 || !(p99Ms < BORNE_P99_MS)) break;
    best = rate;
  }
  sender.setRate(0);
  await setTimeout(CALM_MS);
  return best;
}

function write(line: object): void {
  appendFileSync(values.out, `${JSON.stringify(line)}\n`);
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
