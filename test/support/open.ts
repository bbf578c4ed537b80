/** Opens a desk or a house for one test, and gives everything back when the test is over. */
import { onTestFinished } from 'vitest';
import type { Engine } from '../../src/store/engine.ts';
import { type Desk, type DeskOptions, openDesk } from './desk.ts';
import type { TestEngine } from './engines.ts';
import { type HouseOptions, openHouse, type TestHouse } from './house.ts';

export async function deskOn(on: TestEngine, options: Omit<DeskOptions, 'engine'> = {}): Promise<Desk> {
  const { engine, dispose } = await on.open();
  const desk = await openDesk({ ...options, engine });
  onTestFinished(async () => {
    await desk.store.close();
    await dispose();
  });
  return desk;
}

export type OpenHouse = TestHouse & {
  readonly engine: Engine;
  /** Opens the same database again, as another process would. */
  readonly again: () => Engine;
};

export async function houseOn(on: TestEngine, options: Omit<HouseOptions, 'engine'> = {}): Promise<OpenHouse> {
  const { engine, again, dispose } = await on.open();
  const house = await openHouse({ ...options, engine });
  onTestFinished(async () => {
    await house[Symbol.asyncDispose]();
    await dispose();
  });
  return { ...house, engine, again };
}
