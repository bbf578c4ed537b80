/** Recording of calls by US state; a state that is not here is one-party, as federal law is. */

import type { RecordingRow } from './recording-rule.ts';
import { caution, law } from './sourced.ts';

const allParty = (statute: string): RecordingRow => ({ consent: 'all-party', ...law('Q', statute) });

/** Courts, or statutes for different cases, disagree. */
const treatedAsAllParty = (statute: string): RecordingRow => ({
  consent: 'all-party',
  ...caution(`${statute}: mixed, treated as all-party`),
});

const STATES: Readonly<Record<string, RecordingRow>> = {
  CA: allParty('Cal. Penal Code § 632'),
  CT: treatedAsAllParty('Conn. Gen. Stat. § 52-570d'),
  DE: allParty('11 Del. C. § 1335'),
  FL: allParty('Fla. Stat. § 934.03'),
  IL: allParty('720 ILCS 5/14-2'),
  MA: allParty('M.G.L. c. 272 § 99'),
  MD: allParty('Md. Code, Cts. & Jud. Proc. § 10-402'),
  MI: treatedAsAllParty('MCL § 750.539c'),
  MT: allParty('Mont. Code § 45-8-213'),
  NH: allParty('N.H. RSA 570-A:2'),
  NV: treatedAsAllParty('NRS § 200.620'),
  OR: { consent: 'one-party', ...law('Q', 'ORS 165.540 (telephone)') },
  PA: allParty('18 Pa.C.S. § 5704'),
  WA: allParty('RCW 9.73.030'),
};

const FEDERAL: RecordingRow = { consent: 'one-party', ...law('Q', '18 U.S.C. § 2511(2)(d)') };

export const US_RECORDING_STATES: readonly string[] = Object.keys(STATES);

export const usRecording = (state: string): RecordingRow => STATES[state] ?? FEDERAL;

export const UNKNOWN_STATE_RECORDING: RecordingRow = {
  consent: 'all-party',
  ...caution('the state is not known: treated as all-party'),
};
