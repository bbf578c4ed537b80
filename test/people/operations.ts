/** The catalogue's actions as what rights are about, and the patterns by which grants name them. */
import { VIEW_AGENT } from '../../src/guard/rights.ts';
import { catalogueToRead } from '../../src/main/actions.ts';

export const OPERATIONS = catalogueToRead().entries.map(({ action: { name, access } }) => ({ name, access }));

const rooms = [...new Set(OPERATIONS.map(({ name }) => `${name.split('.')[0]}.*`))];
export const GRANT_ACTIONS: readonly string[] = [
  ...OPERATIONS.map(({ name }) => name),
  ...Array.from({ length: 12 }, () => [...rooms, '*', VIEW_AGENT, 'agents.*']).flat(), // as often as single ones
];
