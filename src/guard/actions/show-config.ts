/**
 * One configuration as it is now, with the hash by which the log knows it: the newest `config` entry of the same name must
 * end in that hash, or somebody changed it behind the server's back. No secrets, nothing personal in the clear.
 */
import * as z from 'zod';
import { SallyportError } from '../../kernel/errors.ts';
import { readAction } from '../action.ts';
import { field } from '../input/fields.ts';
import type { LogReader } from '../log-reader.ts';

export const showConfig = (log: LogReader) =>
  readAction({
    name: 'audit.show_config',
    version: 1,
    says: 'Shows one configuration as the log commits to it, with its hash: SHA-256 of its canonical JSON, base64url.',
    access: 'audit:read',
    subject: 'organization',
    forPlatform: true,
    risk: 'low',
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'GET', path: '/audit/config' },
    guards: [],
    input: z.object({
      what: field.code(200).describe('As an entry of type config names it, such as agent:agt_… or billing:org_….'),
    }),
    output: z.object({
      what: z.string(),
      config: z.unknown().describe('Null: there is none.'),
      hash: z.string().nullable(),
    }),
    async read({ org, input: { what } }) {
      const found = await log.config(org, what);
      if (found === null) throw new SallyportError('not_found', 'The log knows no configuration of this kind.');
      return { what, config: found.config, hash: found.hash };
    },
  });
