/** The process that is killed: a house on SQLite that sends, and tells of every answer that it gave. */
import { openSqlite } from '../../src/store/sqlite.ts';
import { fileCarrier } from '../support/file-carrier.ts';
import { openHouse } from '../support/house.ts';
import { keysOf, LIMITS, type Scenario, seeded, TO, type Told } from './scenario.ts';

const scenario = JSON.parse(process.argv[2]!) as Scenario;
process.on('message', () => undefined); // stays until it is killed, or whoever started it is gone
const random = seeded(scenario.seed);
const tell = (told: Told) => void process.send!(told);

const { sentFile: file, retry, hangs, maxInFlight } = scenario;
const carriers = fileCarrier({ file, retry, hangs, delayMs: () => random() * 6 });
const t = await openHouse({
  engine: openSqlite(scenario.database),
  keys: keysOf(scenario),
  overrides: { carriers, maxInFlight },
});
const agent = await t.agent(undefined, LIMITS);
await t.consent(agent, TO);
tell({ agent: agent.id });

for (let i = 0; i < scenario.sends; i++) {
  void t.call('comms.send_message', agent.by, { to: TO, body: `n ${i}` }).then((outcome) => {
    if (outcome.is === 'done' && outcome.id !== null) tell({ sent: outcome.id });
  });
  if (random() < 0.15) await new Promise((resolve) => setTimeout(resolve, random() * 8));
}
