/** The log entry that the micro benchmarks work on: an agent's message, allowed. */
export const typicalEntry = {
  v: 1,
  at: '2026-11-20T12:00:00.000Z',
  type: 'decision',
  action: 'act_0JZ8Q5T1V7XKQW3M9R2B6C4E',
  name: 'comms.send_message',
  version: 1,
  org: 'org_0JZ8Q5T1V7XKQW3M9R2B6C4D',
  agent: 'agt_0JZ8Q5T1V7XKQW3M9R2B6C4F',
  by: { kind: 'agent', id: 'agt_0JZ8Q5T1V7XKQW3M9R2B6C4F' },
  decision: 'allow',
  codes: ['content:subject_missing'],
  commit: 'pmWkWSBCL51Bfkhn79xPuKBKHz__H6B-mY6G9_eieuM',
  cost: 7_900,
  label: 'trusted',
} as const;
