/** The secrets in the vault by name, with what tells them apart and how old they are; never a value (settled §3). */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { SecretVault } from '../secret-vault.ts';

export const listSecrets = (vault: Pick<SecretVault, 'list'>): AnyAction =>
  readAction({
    name: 'swarm.list_secrets',
    version: 1,
    says: 'Lists the secrets in the vault: name, fingerprint, age, last use; never a value.',
    input: z.object({}),
    output: z.object({
      secrets: z.array(
        z.object({
          name: z.string(),
          fingerprint: z.string().describe('The same for the same value; nothing can be told from it.'),
          createdBy: z.string(),
          createdAt: z.string(),
          lastUsedAt: z.string().nullable().describe('To the minute.'),
        }),
      ),
    }),
    access: 'org:own',
    subject: 'organization',
    namesOrganization: true,
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org }) {
      const secrets = await vault.list(org);
      return {
        secrets: secrets.map(({ name, fingerprint, createdBy, createdAt, lastUsedAt }) => ({
          ...{ name, fingerprint, createdBy, createdAt: rfc3339(createdAt) },
          lastUsedAt: lastUsedAt === null ? null : rfc3339(lastUsedAt),
        })),
      };
    },
  });
