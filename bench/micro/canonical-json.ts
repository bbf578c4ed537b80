/** Canonical JSON of one log entry. 20 000 entries/s leave 50 µs for each; this may take a tenth of that. */
import { canonicalJson } from '../../src/kernel/canonical-json.ts';
import { type Micro, microsPerCall } from '../micro.ts';
import { typicalEntry } from './typical-entry.ts';

export const canonicalEntry: Micro = {
  name: 'canonical-json-entry',
  unit: 'µs',
  goal: { atMost: 5 },
  run: async () => microsPerCall(() => canonicalJson(typicalEntry), 5_000),
};
