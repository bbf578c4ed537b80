/** The process that is killed: a server with a swarm, into which people put messages. It tells of every one that it accepted. */
import { SCOPES_OF } from '../../src/guard/principal.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { fileCarrier, linesOf } from '../support/file-carrier.ts';
import { openHouse } from '../support/house.ts';
import { goLive } from '../swarm/fixture.ts';
import { keysOf, LIMITS, seeded, TO } from './scenario.ts';
import { minds, openEngine, SWARM, type SwarmScenario, type SwarmTold } from './swarm-scenario.ts';

const scenario = JSON.parse(process.argv[2]!) as SwarmScenario;
process.on('message', () => undefined); // stays until it is killed, or whoever started it is gone
const random = seeded(scenario.seed);
const tell = (told: SwarmTold) => void process.send!(told);

const delayMs = () => random() * 4;
const t = await openHouse({
  engine: openEngine(scenario),
  keys: keysOf(scenario as never),
  overrides: {
    clock: systemClock,
    carriers: fileCarrier({ file: scenario.sentFile, retry: 'never', delayMs: () => random() * 15 }),
    swarm: minds(delayMs),
  },
});
const org = t.house.defaultOrganization;
if (scenario.first) {
  await goLive(t, org, SWARM);
  const { agents } = (await t.house.store.swarms.live(org))!;
  const agentId = agents.get('desk')!;
  const channels = { agentId, displayName: 'Desk', capabilities: { sms: true } };
  await t.done('comms.provision_channels', t.orchestrator, channels);
  await t.done('comms.set_agent_limits', t.orchestrator, { agentId, limits: LIMITS });
  const consent = { agentId, contact: TO, channel: 'sms', type: 'express' };
  await t.done('comms.record_consent', t.orchestrator, consent);
}
t.house.pump.start();
tell({ ready: true });

/** So that a slow machine is not kept from finishing anything by what is yet to be begun. */
const MOST_OPEN = 40;
const before = linesOf(scenario.sentFile).length;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

for (let n = 0; n < scenario.injects; n++) {
  // not for ever: what a server that was killed had begun waits for its lease to be over
  for (let looks = 0; looks < 60 && n - (linesOf(scenario.sentFile).length - before) > MOST_OPEN; looks++)
    await pause(5);
  const by = { ...t.orchestrator, ...({ id: `usr_${scenario.seed}_${n}`, kind: 'organization', org } as const) };
  const who = { ...by, scopes: SCOPES_OF.organization };
  void t.call('swarm.inject', who, { to: 'desk', payload: `n ${n}` }).then((outcome) => {
    if (outcome.is === 'done') tell({ accepted: (outcome.output as { threadId: string }).threadId });
  });
  await pause(random() * 8);
}
