import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../src/store/engine.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { EXAMPLES, exampleOf, nextMinute, validCall } from './examples.ts';
import { reasonsIn, verdictOf } from './outcome.ts';
import { leastOf, naming, openTenant } from './tenant.ts';

let t: TestHouse;
let engine: Engine;
beforeAll(async () => {
  ({ engine } = await engines[0]!.open());
  t = await openHouse({ engine });
});
afterAll(async () => {
  // every action was called, well and badly: nothing that was handed out is kept anywhere
  for (const [table, rows] of await dump(engine)) t.canaries.lookHard(`the table ${table}`, rows);
  await t[Symbol.asyncDispose]();
  expect(t.faults).toEqual([]);
});

it('every action has an example, and every example its action', () => {
  const names = t.house.catalogue.entries.map(({ action }) => action.name);
  const without = names.filter((name) => EXAMPLES[name] === undefined);
  expect(without, 'add a valid and a refused call of each to test/matrix/examples.ts').toEqual([]);
  expect(Object.keys(EXAMPLES).filter((name) => !names.includes(name as (typeof names)[number]))).toEqual([]);
});

it.for(Object.keys(EXAMPLES))('%s succeeds and answers in the shape that it declares', async (name) => {
  nextMinute(t);
  const { by, input } = await validCall(name, await openTenant(t));
  const outcome = await t.call(name, by, input);
  if (outcome.is !== 'done') throw new Error(JSON.stringify(outcome));
  const { output } = t.house.catalogue.byName(name)!.action;
  expect(output.parse(outcome.output)).toEqual(outcome.output);
});

it.for(Object.keys(EXAMPLES))('%s is refused where it must be, with a code and a sentence', async (name) => {
  nextMinute(t);
  const at = await openTenant(t);
  const entry = t.house.catalogue.byName(name)!;
  const { code, input } = exampleOf(name).refused;
  const by = leastOf(entry, at);
  const outcome = await t.call(name, by, { ...(await input(at)), ...naming(entry, by, at) });
  expect(verdictOf(outcome), reasonsIn(outcome).join()).toBe(code);
  if (outcome.is === 'refused') for (const { say } of outcome.why) expect(say.length).toBeGreaterThan(10);
});
