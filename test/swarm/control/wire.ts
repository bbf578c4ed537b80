/** A swarm whose agents can do one thing that leaves the house, and a record of each time that it began. */

import { TRUSTED } from '../../../src/guard/label.ts';
import type { SwarmSource } from '../../../src/swarm/config/schema.ts';
import type { Handler } from '../../../src/swarm/define.ts';
import type { OutsideTools, ToolRun } from '../../../src/swarm/tools/port.ts';
import { ToolFailure } from '../../../src/swarm/tools/port.ts';

export interface Wire extends OutsideTools {
  /** The actions under which it began, in order. */
  readonly begun: string[];
}

/** @param answer what one attempt does; throwing `ToolFailure` says what is known of it. */
export function wire(answer: (run: ToolRun) => Promise<string> | string = () => 'sent'): Wire {
  const begun: string[] = [];
  return {
    begun,
    show: async (_org, pattern) =>
      pattern === 'wire'
        ? [{ name: 'wire', description: 'Sends money.', schema: { type: 'object' }, idempotent: false }]
        : [],
    async run(call) {
      begun.push(call.key);
      return { text: await answer(call), isError: false, label: TRUSTED, ref: 'http:wire' };
    },
  };
}

/** Never answers, and says when it is told to end that nobody knows. */
export const hangs = ({ signal }: Pick<ToolRun, 'signal'>): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => reject(new ToolFailure('tool_timeout', 'The call was stopped.', { mayHaveHappened: true }));
    signal.addEventListener('abort', end, { once: true });
  });

const TOOL = { name: 'wire', kind: 'http' as const, description: 'Sends money.', domains: ['bank.example'] };

/** A teller who sends, a desk that asks the teller. */
export const BANK: SwarmSource = {
  swarm: { name: 'bank' },
  tools: [TOOL],
  agents: [
    { name: 'desk', description: 'Talks to people.', kind: 'handler', peers: ['teller'] },
    { name: 'teller', description: 'Sends money.', kind: 'handler', tools: ['wire'] },
  ],
};

/** Sends three times, one after the other. */
export const sendsThrice: Handler = async ({ tool }) => {
  for (const amount of [1, 2, 3]) await tool('wire', { amount });
  return 'done';
};
export const asksTeller: Handler = async ({ call }, input) => `The teller says: ${await call('teller', input)}`;
