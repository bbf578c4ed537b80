/**
 * `npm run size -- [--agents 10000] [--contacts 100000] [--messages 1000000]`: whether the house stays as quick as it grows.
 * The same questions are put to a young house and to the grown one; CPU per message and the time of each question are told
 * side by side. Takes some ten minutes and two gigabytes of disk at full size.
 */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { scratch } from './scratch.ts';
import { openSizedHouse, type SizedHouse } from './size/populate.ts';
import { median, percentile } from './statistics.ts';

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '10000' },
    contacts: { type: 'string', default: '100000' },
    messages: { type: 'string', default: '1000000' },
  },
});
const [agents, contacts, messages] = [values.agents, values.contacts, values.messages].map(Number) as [
  number,
  number,
  number,
];
const ORGANIZATIONS = 10;
const MEASURED = 5_000;
const ASKED = 100;
/** A sender's own organisation of a house that is new. */
const YOUNG = { agents: 50, contactsEach: 10, messages: 1_000 };

let strangers = 0;

type Question = (house: SizedHouse, n: number) => Promise<unknown>;
const agentAt = ({ agents: all }: SizedHouse, n: number) => all[(n * 7_919) % all.length]!;
const asAgent =
  (name: string, input: (contact: string) => object): Question =>
  (house, n) => {
    const { by, contacts: people } = agentAt(house, n);
    return house.act(by, name, input(people[n % people.length]!));
  };
const asAdmin =
  (name: string, input: (of: { readonly contact: string; readonly agentId: string }) => object): Question =>
  (house, n) => {
    const { org, id, contacts: people } = agentAt(house, n);
    const of = { contact: people[n % people.length]!, agentId: id };
    return house.act(house.orchestrator, name, { organizationId: org, ...input(of) });
  };

const QUESTIONS: Readonly<Record<string, Question>> = {
  'comms.send_message': asAgent('comms.send_message', (to) => ({ to, body: 'Your order is on its way.' })),
  'comms.get_messages': asAgent('comms.get_messages', () => ({ limit: 20 })),
  'comms.get_messages of a contact': asAgent('comms.get_messages', (contact) => ({ limit: 20, contact })),
  'comms.get_waiting_messages': asAgent('comms.get_waiting_messages', () => ({})),
  'comms.get_channel_status': asAgent('comms.get_channel_status', () => ({})),
  'comms.get_usage_dashboard': asAgent('comms.get_usage_dashboard', () => ({ period: 'month' })),
  'comms.check_consent': asAgent('comms.check_consent', (contact) => ({ contact, channel: 'sms' })),
  'comms.list_held': asAdmin('comms.list_held', () => ({})),
  'comms.dnc_list': asAdmin('comms.dnc_list', () => ({ limit: 100 })),
  'comms.dnc_add': asAdmin('comms.dnc_add', () => ({ contact: `+1646200${String(strangers++).padStart(4, '0')}` })),
};

process.stderr.write(`${describeMachine('data/')}\n`);
using folder = scratch();
await using house = await openSizedHouse(folder.path);
await house.addAgents(1, YOUNG.agents, YOUNG.contactsEach);
await house.send(MEASURED); // warm
const young = await measured('young');
const begun = performance.now();
await house.addAgents(ORGANIZATIONS, (agents - YOUNG.agents) / ORGANIZATIONS, contacts / agents);
told(`${house.agents.length} agents and their contacts in ${seconds(begun)} s`);
for (let sent = 0; sent < messages; sent += 100_000) {
  const from = performance.now();
  await house.send(Math.min(100_000, messages - sent));
  told(`${Math.min(sent + 100_000, messages)} messages; the last 100 000 in ${seconds(from)} s, ${megabytes()}`);
}
const grown = await measured('grown');
for (const [name, before] of Object.entries(young)) {
  const after = grown[name]!;
  process.stdout.write(
    `${name.padEnd(34)} ${before.toFixed(3)} → ${after.toFixed(3)}  × ${(after / before).toFixed(2)}\n`,
  );
}

/** CPU per message in groups (µs), then the median and 99th percentile of each question asked alone (ms). */
async function measured(what: string): Promise<Record<string, number>> {
  const cpu = process.cpuUsage();
  await house.send(MEASURED);
  const { user, system } = process.cpuUsage(cpu);
  const figures: Record<string, number> = { 'CPU µs a message, in groups': (user + system) / MEASURED };
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const times: number[] = [];
    for (let n = 0; n < ASKED; n++) {
      const from = performance.now();
      await question(house, n);
      times.push(performance.now() - from);
    }
    house.nextMinute();
    figures[`${name} p50 ms`] = median(times);
    figures[`${name} p99 ms`] = percentile(times, 99);
  }
  told(`${what}: measured, ${megabytes()}, RSS ${Math.round(process.memoryUsage.rss() / 1e6)} MB`);
  return figures;
}

function told(text: string): void {
  process.stderr.write(`${text}\n`);
}
function seconds(from: number): string {
  return ((performance.now() - from) / 1_000).toFixed(1);
}
function megabytes(): string {
  const size = (end: string) => statSync(`${folder.path}/sallyport.db${end}`, { throwIfNoEntry: false })?.size ?? 0;
  return `database ${Math.round((size('') + size('-wal')) / 1e6)} MB`;
}
