/**
 * `npm run limits -- [--minutes 10] [--agents 100] [--each 5]`: agents that go on sending long after their limits are reached,
 * each so many times a second. Refusals and nothing else may come of it: every answer is `sent` or `rate_limited`, each agent
 * gets exactly what its limits allow in any window, and neither memory nor the log grows with what was refused. Ends with 1
 * if not.
 */
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { scratch } from './scratch.ts';
import { startProduct } from './soak/product.ts';
import { rowsPerTable } from './soak/sample.ts';
import { percentile } from './statistics.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    agents: { type: 'string', default: '100' },
    each: { type: 'string', default: '5' },
  },
});
const [minutes, agents, each] = [values.minutes, values.agents, values.each].map(Number) as [number, number, number];
/** Of the starter tier, which a new agent has. */
const LIMITS = [
  { name: 'perMinute', most: 10, ms: 60_000 },
  { name: 'perHour', most: 100, ms: 3_600_000 },
];
/** In sandbox nobody is asked there. */
const NOWHERE = 'http://127.0.0.1:9';
const CONTACT = '+14155550101';

using folder = scratch();
process.stderr.write(`${describeMachine(folder.path)}\n`);
const product = await startProduct(folder.path, NOWHERE);
let failed = false;
try {
  const organization = { name: 'Limits', slug: 'limits' };
  const { organizationId } = await product.act('comms.create_organization', organization);
  await product.act('comms.expand_agent_pool', { organizationId, maxAgents: agents });
  const tokens: string[] = [];
  for (let n = 0; n < agents; n++) {
    const asked = { organizationId, displayName: `Agent ${n}`, capabilities: { sms: true } };
    const { agentId, securityToken } = await product.act('comms.provision_channels', asked);
    const { limits } = await product.act('comms.set_agent_limits', {
      agentId,
      limits: { perMinute: 10, perHour: 100 },
    });
    if (limits.perMinute !== LIMITS[0]!.most) throw new Error('the limits are not those that are counted');
    await product.act('comms.record_consent', { contact: CONTACT, channel: 'sms', type: 'express' }, securityToken);
    tokens.push(securityToken);
  }
  const grantedAt = tokens.map((): number[] => []);
  const answers = new Map<string, number>();
  const latenciesMs: number[] = [];
  const end = performance.now() + minutes * 60_000;
  const rss: number[] = [];

  const agent = async (token: string, nth: number): Promise<void> => {
    for (let due = performance.now(); due < end; due += 1_000 / each) {
      await setTimeout(Math.max(0, due - performance.now()));
      const from = performance.now();
      const answer = await fetch(`${product.url}/api/v1/comms/send-message`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ to: CONTACT, body: 'Number' }),
      });
      const body = (await answer.json()) as { status: string | number; code?: string };
      const came = answer.status === 200 ? String(body.status) : String(body.code);
      answers.set(came, (answers.get(came) ?? 0) + 1);
      if (came === 'sent') grantedAt[nth]!.push(from);
      latenciesMs.push(performance.now() - from);
    }
  };
  const watch = async (): Promise<void> => {
    while (performance.now() < end) {
      await setTimeout(Math.min(30_000, Math.max(0, end - performance.now())));
      rss.push(Math.round((await product.metrics())('process_resident_memory_bytes') / 1e6));
      process.stderr.write(
        `${JSON.stringify({ ...Object.fromEntries(answers), rssMb: rss.at(-1), databaseMb: Math.round(product.databaseBytes() / 1e6), p99Ms: Math.round(percentile(latenciesMs, 99)) })}\n`,
      );
    }
  };
  await Promise.all([watch(), ...tokens.map(agent)]);

  const expected = agents * Math.min(LIMITS[1]!.most, Math.ceil(minutes) * LIMITS[0]!.most);
  const strangers = [...answers.keys()].filter((came) => came !== 'sent' && came !== 'rate_limited');
  // between two answers of one agent lies at least what lies between their admissions, less one answer's time
  const slackMs = latenciesMs.reduce((most, one) => Math.max(most, one), 0);
  const above = LIMITS.flatMap(({ name, most, ms }) =>
    grantedAt.some((times) => times.some((at, i) => i >= most && at - times[i - most]! < ms - slackMs)) ? [name] : [],
  );
  const told = {
    answers: Object.fromEntries(answers),
    sentOf: expected,
    aboveLimit: above,
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
    rssMb: rss,
    /** The detector tells of so many refusals, as it should. */
    warningsInTheLog: product.complained(),
  };
  process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
  failed = strangers.length > 0 || above.length > 0 || (answers.get('sent') ?? 0) > expected;
} finally {
  await product[Symbol.asyncDispose]();
  process.stdout.write(`${JSON.stringify(rowsPerTable(folder.path))}\n`);
}
if (failed) process.exitCode = 1;
