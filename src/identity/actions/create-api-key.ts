/** Makes an API key for a program of the organisation. It is shown once; what is kept is its hash. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { futureExpiry, givingGuard } from '../guards/giving.ts';
import type { Operation } from '../rules/granting.ts';
import { mintToken } from '../token.ts';
import { identityWrite } from '../writes.ts';
import { givenFields, givenRow, time } from './given-fields.ts';

export const createApiKey = (operations: () => readonly Operation[]): AnyAction =>
  stateAction({
    name: 'identity.create_api_key',
    version: 1,
    says: 'Makes an API key for a program, shown once: with its own rights, networks, expiry and limit.',
    input: z.object(givenFields),
    output: z.object({
      keyId: z.string(),
      key: z.string().describe('Shown once; keep it where the program reads its secrets.'),
      expiresAt: z.string().nullable(),
    }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    risk: 'critical',
    sensitive: true,
    http: { method: 'POST', path: '/api-keys' },
    guards: [givingGuard(operations), futureExpiry],
    doors: ['mcp', 'rest', 'cli'],
    secretOutput: ['key'],
    needs: {},
    change({ by, input, now }, _facts, mint) {
      const id = mint.id('key');
      const { token: key, hash } = mintToken((n) => mint.bytes(n), 'key');
      const row = givenRow(input, by.id, now);
      return {
        writes: [identityWrite('api-key.create', { ...row, id, hash })],
        output: { keyId: id, key, expiresAt: time(row.expiresAt) },
      };
    },
  });
