/** The encryption keys by name: how old each is and how much it seals. No value of a key leaves. */
import * as z from 'zod';
import { rfc3339 } from '../../kernel/time.ts';
import { readAction } from '../action.ts';
import type { KeyKeeper } from '../key-keeper.ts';

export const vaultStatus = (keys: KeyKeeper) =>
  readAction({
    name: 'vault.status',
    version: 1,
    says: 'Shows the encryption keys by name, since when each is known, how many values each seals, and how far a rotation is.',
    access: 'platform:admin',
    subject: 'platform',
    risk: 'low',
    doors: ['mcp', 'rest', 'cli'],
    guards: [],
    input: z.object({}),
    output: z.object({
      from: z.enum(['folder', 'environment']).describe('Where the active key comes from.'),
      keys: z.array(
        z.object({
          kid: z.string(),
          active: z.boolean(),
          here: z.boolean().describe('False: this server lacks it, and what it seals can’t be opened.'),
          since: z.string().nullable(),
          sealed: z.int().describe('Values under it. A key that seals none can be dropped.'),
        }),
      ),
      rotation: z.object({
        state: z.enum(['none', 'running', 'done', 'failed']),
        looked: z.int(),
        rewrapped: z.int(),
        finishedAt: z.string().nullable(),
      }),
    }),
    async read() {
      const { from, keys: all, rotation } = await keys.status();
      const { finishedAt } = rotation;
      return {
        from,
        keys: all.map((key) => ({ ...key, since: key.since === null ? null : rfc3339(key.since) })),
        rotation: { ...rotation, finishedAt: finishedAt === null ? null : rfc3339(finishedAt) },
      };
    },
  });
