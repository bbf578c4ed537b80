/** The inclusion proof of one entry by its place in the log, checkable offline against a checkpoint. */
import * as z from 'zod';
import { SallyportError } from '../../kernel/errors.ts';
import { readAction } from '../action.ts';
import type { LogReader } from '../log-reader.ts';
import { isOfPlatform } from '../principal.ts';
import { logHead } from './log-view.ts';

export const proveEntry = (log: LogReader) =>
  readAction({
    name: 'audit.prove_entry',
    version: 1,
    says: 'Proves that one entry is in the log, by its index; the answer is a proof file for `sallyport audit verify`.',
    access: 'audit:read',
    subject: 'organization',
    risk: 'low',
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'GET', path: '/audit/proof/{index}' },
    guards: [],
    input: z.object({ index: z.int().min(0).describe("The leaf, as the log's entries name it.") }),
    output: z.object({
      ...logHead,
      proofs: z.array(
        z.object({
          index: z.int(),
          body: z.string(),
          proof: z.array(z.string()).describe('Base64 hashes from the leaf up.'),
        }),
      ),
    }),
    async read({ by, org, input: { index } }) {
      const found = await log.inclusion(index);
      // one that is not there yet and one of another organisation are the same to who asks
      if (found === null || (!isOfPlatform(by) && found.org !== org))
        throw new SallyportError('not_found', 'There is no such entry under a checkpoint.');
      const { origin, vkey, size, checkpoint, body, proof } = found;
      return { origin, vkey, size, checkpoint, proofs: [{ index, body, proof: [...proof] }] };
    },
  });
