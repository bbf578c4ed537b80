/**
 * Changes the encryption key while the server serves: a new key (where the data folder holds it), and everything sealed anew
 * under the active one in the background. The old key stays until it is dropped. See docs/keys.md.
 */
import * as z from 'zod';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { type Delivery, worldAction } from '../action.ts';
import type { KeyKeeper, KeyRefusal } from '../key-keeper.ts';

export const failedBy = ({ code, say }: KeyRefusal): Delivery => ({ state: 'failed', code, say });

export const vaultRotate = (keys: KeyKeeper) =>
  worldAction({
    name: 'vault.rotate',
    version: 1,
    says: 'Changes the encryption key and seals everything anew under it, while the server goes on; vault_status shows how far it is.',
    access: 'platform:admin',
    subject: 'platform',
    risk: 'critical',
    sensitive: true,
    doors: ['mcp', 'rest', 'cli'],
    guards: [],
    input: z.object({}),
    output: z.object({
      started: z.boolean(),
      kid: z.string().nullable().describe('The name of the key that seals from now on.'),
    }),
    needs: {},
    retry: () => 'never',
    contact: () => null,
    leaseMs: 30 * SECOND_MS,
    beginWithinMs: MINUTE_MS,
    stage: () => ({ writes: [], output: { started: false, kid: null }, context: {} }),
    async execute() {
      const begun = await keys.rotate();
      return begun.ok ? { state: 'ok', ref: begun.value.kid, cost: 0 } : failedBy(begun.error);
    },
    conclude: (_claimed, delivery) => ({
      writes: [],
      output: { started: delivery.state === 'ok', kid: delivery.state === 'ok' ? delivery.ref : null },
    }),
  });
