/** Inclusion proofs of what the log says about one action, checkable offline against a checkpoint. */
import * as z from 'zod';
import type { ActionId } from '../../kernel/ids.ts';
import { readAction } from '../action.ts';
import { field } from '../input/fields.ts';
import type { LogReader } from '../log-reader.ts';
import { logHead, readableBy } from './log-view.ts';

export const prove = (log: LogReader) =>
  readAction({
    name: 'audit.prove',
    version: 1,
    says: 'Proves that the entries of an action are in the log: its decision and, once known, its result.',
    access: 'audit:read',
    subject: 'organization',
    risk: 'low',
    doors: ['mcp', 'rest', 'cli'],
    guards: [],
    input: z.object({ actionId: field.id('act') }),
    output: z.object({
      ...logHead,
      proofs: z
        .array(
          z.object({
            index: z.int(),
            body: z.string(),
            proof: z.array(z.string()).describe('Base64 hashes from the leaf up.'),
          }),
        )
        .describe('Empty while the entries are recorded but not yet under a checkpoint.'),
    }),
    async read({ by, org, input }) {
      const report = await log.action(readableBy(by, org), input.actionId as ActionId);
      const proofs = [];
      for (const { index } of report?.entries ?? []) {
        const proof = await log.inclusion(index);
        if (proof !== null) proofs.push(proof);
      }
      const head = proofs.at(-1) ?? (await log.head());
      const same = proofs.filter(({ size }) => size === head.size);
      return {
        origin: head.origin,
        vkey: head.vkey,
        size: head.size,
        checkpoint: head.checkpoint,
        proofs: same.map(({ index, body, proof }) => ({ index, body, proof: [...proof] })),
      };
    },
  });
