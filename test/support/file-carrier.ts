/**
 * A carrier that outlives its process: each message that it takes is a line (the action's id) in a file, on disk before it
 * answers. Made `same-key` it takes a message once per id, as a provider with idempotency keys does.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Carriers } from '../../src/comms/ports.ts';
import type { OutboundMessage } from '../../src/comms/provider-ports.ts';
import type { Delivery } from '../../src/guard/action.ts';
import type { Permit } from '../../src/guard/permit.ts';

export const linesOf = (file: string): readonly string[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];

export interface FileCarrierParts {
  readonly file: string;
  readonly retry: 'same-key' | 'never';
  /** How long it takes before and after it has the message, in ms. */
  readonly delayMs?: () => number;
  /** It takes the message and never answers. */
  readonly hangs?: boolean;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function fileCarrier({ file, retry, delayMs = () => 0, hangs = false }: FileCarrierParts): Carriers {
  const taken = new Set(linesOf(file));
  const sms = {
    name: 'file',
    retry,
    async send({ action: { id } }: Permit<OutboundMessage>): Promise<Delivery> {
      await pause(delayMs());
      if (retry === 'never' || !taken.has(id)) append(file, id);
      taken.add(id);
      if (hangs) await new Promise<never>(() => undefined);
      await pause(delayMs());
      return { state: 'ok', ref: `ref_${id}` };
    },
  };
  return { sandbox: { sms }, production: {} };
}

function append(file: string, line: string): void {
  const descriptor = openSync(file, 'a');
  try {
    writeSync(descriptor, `${line}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
