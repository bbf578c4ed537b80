/** Ends an API key at once. Its fence ends what it started and has not left yet. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { KeyId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { ownService } from '../guards/own-service.ts';
import { identityWrite } from '../writes.ts';

export const revokeApiKey = (): AnyAction =>
  stateAction({
    name: 'identity.revoke_api_key',
    version: 1,
    says: 'Revokes an API key; it stops working at once.',
    input: z.object({ keyId: field.id('key') }),
    output: z.object({ keyId: z.string(), revokedAt: z.string() }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    forSuspended: true, // what leaked is ended before the organisation comes back
    risk: 'high',
    sensitive: true,
    http: { method: 'POST', path: '/api-keys/{keyId}/revoke' },
    guards: [ownService<{ readonly keyId: KeyId }>(({ keyId }) => keyId, 'identity_list_api_keys')],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    change: ({ input: { keyId }, now }) => ({
      writes: [identityWrite('api-key.revoke', { id: keyId, at: now })],
      output: { keyId, revokedAt: rfc3339(now) },
    }),
  });
