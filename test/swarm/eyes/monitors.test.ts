import { expect, test } from 'vitest';
import { swarmHouse } from '../fixture.ts';
import { SHOP, shop, somebody } from './house.ts';

const alertsOf = async (swarm: Awaited<ReturnType<typeof shop>>) =>
  (await swarm.done('comms.list_alerts', swarm.orchestrator, { organizationId: swarm.org })).alerts.map(
    ({ kind, subject }: Record<string, string>) => [kind, subject],
  );

test('an agent that tries whom it may not call is told of once, and ordinary work is not', async () => {
  await using swarm = await swarmHouse(SHOP, {
    handlers: {
      desk: async ({ call }, input) => {
        const tried = Array.from({ length: input === 'try' ? 6 : 0 }, (_, i) =>
          call(`vault-${i}`, 'open').catch(() => 'no'),
        );
        await Promise.all(tried);
        return call('clerk', 'hello');
      },
      clerk: () => 'hello',
    },
  });
  const by = somebody(swarm.org, 'operator');
  await swarm.house.watchSwarms(); // from here on it looks
  await swarm.done('swarm.inject', by, { to: 'desk', payload: 'work' });
  await swarm.pump();
  await swarm.house.watchSwarms();
  expect(await alertsOf(swarm)).toEqual([]);
  await swarm.done('swarm.inject', by, { to: 'desk', payload: 'try' });
  await swarm.pump();
  await swarm.house.watchSwarms();
  await swarm.house.watchSwarms();
  const { agents } = await swarm.done('swarm.list_agents', by);
  expect(await alertsOf(swarm)).toEqual([
    ['denied_peers', agents.find(({ name }: { name: string }) => name === 'desk').agentId],
  ]);
  expect(swarm.faults).toEqual([]);
});

test('one server looks at a time, and another goes on where it stopped', async () => {
  await using swarm = await shop();
  const { swarmWatch, swarmEvents } = swarm.house.store;
  const now = swarm.clock.now();
  const place = await swarmWatch.take(swarm.org, 'one', now, now + 1_000);
  expect(await swarmWatch.take(swarm.org, 'two', now, now + 1_000)).toBe(null);
  await swarm.done('swarm.inject', somebody(swarm.org, 'operator'), { to: 'desk', payload: 'hi' });
  const [first] = await swarmEvents.after(swarm.org, place!, 1);
  await swarmWatch.reached(swarm.org, 'one', first!.place);
  expect(await swarmWatch.take(swarm.org, 'two', now + 1_001, now + 2_000)).toEqual(first!.place);
});
