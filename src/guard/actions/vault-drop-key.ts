/** Destroys an encryption key under which nothing is sealed any more. From then on no older copy of the database opens. */
import * as z from 'zod';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { worldAction } from '../action.ts';
import { field } from '../input/fields.ts';
import type { KeyKeeper } from '../key-keeper.ts';
import { failedBy } from './vault-rotate.ts';

export const vaultDropKey = (keys: KeyKeeper) =>
  worldAction({
    name: 'vault.drop_key',
    version: 1,
    says: 'Destroys an old encryption key that seals nothing any more; copies of the database from before the rotation open no more.',
    access: 'platform:admin',
    subject: 'platform',
    risk: 'critical',
    sensitive: true,
    doors: ['mcp', 'rest', 'cli'],
    guards: [],
    input: z.object({
      kid: field
        .code(8)
        .regex(/^[0-9a-f]{8}$/, 'must be the eight hexadecimal digits that vault_status shows')
        .meta({ field: 'code', examples: ['0a1b2c3d'] })
        .describe('The name of the key, as vault_status shows it.'),
    }),
    output: z.object({ kid: z.string(), dropped: z.boolean() }),
    needs: {},
    retry: () => 'never',
    contact: () => null,
    leaseMs: MINUTE_MS + 30 * SECOND_MS,
    beginWithinMs: MINUTE_MS,
    stage: ({ input: { kid } }) => ({ writes: [], output: { kid, dropped: false }, context: {} }),
    async execute({ action: { input } }) {
      const dropped = await keys.drop(input.kid);
      return dropped.ok ? { state: 'ok', ref: input.kid, cost: 0 } : failedBy(dropped.error);
    },
    conclude: ({ input: { kid } }, delivery) => ({ writes: [], output: { kid, dropped: delivery.state === 'ok' } }),
  });
