/**
 * What the tour's scripted model says: it does whatever it reads, whoever wrote it, as the worst model would. So what does not
 * happen in the tour was stopped by the house, and not by a model's good sense.
 */
import type { Script, ScriptedReply } from '../../../providers/models/scripted.ts';
import type { ModelMessage } from '../../../swarm/models/port.ts';

const call = (name: string, args: unknown): ScriptedReply => ({ calls: [{ name, args }] });

/** The text between the markers that stand around what is untrusted, and all of what is not. */
const spoken = ({ text }: ModelMessage): string => text.replace(/^<<.*>>\n|\n<<\/.*>>$/g, '').replace(/^owner:\n/, '');

const SEND = /Send (\d+) dollars to (\w+)/;
const BALANCE = /balance of (\w+)/;
const EVERYTHING = /everything about (\w+)/;
/** In a message of somebody outside. */
const FROM = /"from":"(\+\d+)"/;

const desk: Script = ({ messages }) => {
  const last = messages.at(-1)!;
  const order = spoken(messages.findLast(({ role }) => role === 'user')!);
  if (last.role === 'tool') {
    const sender = FROM.exec(order)?.[1];
    if (last.name === 'ask_teller' && last.isError && sender !== undefined)
      return call('comms_send_message', { to: sender, channel: 'sms', body: 'A person said no to that.' });
    return { text: last.isError ? `It was not done: ${spoken(last)}` : spoken(last) };
  }
  const [, dollars, account] = SEND.exec(order) ?? [];
  if (account !== undefined) return call('ask_teller', { account, dollars: Number(dollars) });
  const wanted = BALANCE.exec(order) ?? EVERYTHING.exec(order);
  return wanted === null ? { text: 'Thank you.' } : call('ask_researcher', { message: wanted[0] });
};

/** Asked for everything it never has enough. */
const researcher: Script = ({ messages }) => {
  const last = messages.at(-1)!;
  const order = spoken(messages.findLast(({ role }) => role === 'user')!);
  const account = (EVERYTHING.exec(order) ?? BALANCE.exec(order))?.[1];
  if (last.role === 'tool' && !EVERYTHING.test(order)) return { text: spoken(last) };
  return call('bank__look_up', { account });
};

export const SCRIPTS = { desk, researcher } as const;
