/** What agents at work and the server itself do: by no door, and for nobody who says so of themselves. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { exampleInput } from '../../src/server/docs/example-input.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { isByNoDoor } from './examples.ts';
import { verdictOf } from './outcome.ts';
import { naming, openTenant } from './tenant.ts';

let t: TestHouse;
beforeAll(async () => {
  t = await openHouse();
});
afterAll(() => t[Symbol.asyncDispose]());

it('has no door, and is refused to people, programs, the orchestrator, and agents that are in no turn', async () => {
  const entries = t.house.catalogue.entries.filter(isByNoDoor);
  expect(entries.length).toBeGreaterThan(5);
  for (const entry of entries) {
    const { name, doors } = entry.action;
    expect(doors, name).toEqual([]);
    const at = await openTenant(t);
    const input = exampleInput(
      z.toJSONSchema(entry.schema, { io: 'input', unrepresentable: 'any' }) as never,
    ) as object;
    for (const by of [at.agent.by, at.admin, t.orchestrator, at.provider]) {
      const outcome = await t.call(name, by, { ...input, ...naming(entry, by, at) });
      expect(verdictOf(outcome), `${name} by ${by.kind}`).toBe('forbidden');
    }
  }
});
