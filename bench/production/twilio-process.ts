/**
 * Twilio's double in a process of its own, so that its work is not counted as the server's: `[latencyMs, numbers,
 * deliverAfterMs]`. With a third argument it reports every message delivered that long after it took it, signed, as Twilio does.
 */
import { setTimeout } from 'node:timers/promises';
import { twilioDouble } from '../../test/doubles/twilio.ts';
import type { StoredMessage } from '../../test/doubles/twilio-resources.ts';
import type { TwilioUsage } from '../messages.ts';
import { cpuMicros, reportListening } from '../target-process.ts';
import { numberOf } from './addresses.ts';

/** More than the messages of the minutes after which the server asks for their prices. */
const KEPT = 50_000;
const PRICE = '-0.00790';

const [latencyMs = 0, numbers = 0, deliverAfterMs = null] = process.argv.slice(2).map(Number);
const told: Record<string, number> = {};
let taken = 0;
let underWay = 0;

const double = await twilioDouble({ latencyMs, keep: KEPT, onMessage: take });
for (let n = 0; n < numbers; n++) double.own(numberOf(n));

function take(message: StoredMessage): void {
  taken++;
  if (deliverAfterMs !== null) void deliver(message, deliverAfterMs);
}

async function deliver(message: StoredMessage, afterMs: number): Promise<void> {
  underWay++;
  await setTimeout(afterMs);
  message.price = PRICE;
  let answer = 'unreachable';
  try {
    const response = await double.report(message.sid, 'delivered');
    await response.arrayBuffer();
    answer = String(response.status);
  } catch (fault) {
    process.stderr.write(`callback: ${String(fault)}\n`);
  }
  told[answer] = (told[answer] ?? 0) + 1;
  underWay--;
}

process.on('message', (message) => {
  const usage: TwilioUsage = { taken, told, underWay, cpuMicros: cpuMicros() };
  if (message === 'twilio') process.send?.(usage);
});
reportListening(Number(new URL(double.url).port));
