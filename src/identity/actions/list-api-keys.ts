/** An organisation's API keys, for finding those that nobody uses; never a key or its hash. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import type { ServiceStore } from '../services/ports.ts';
import { cursorAfter, givenView, pageFields, viewOf } from './given-fields.ts';

export const listApiKeys = (services: Pick<ServiceStore, 'keys'>): AnyAction =>
  readAction({
    name: 'identity.list_api_keys',
    version: 1,
    says: "Lists the organisation's API keys, newest first: what each may do, when it was used last, whether it still works.",
    input: z.object(pageFields('key')),
    output: z.object({
      keys: z.array(z.object({ keyId: z.string(), ...givenView })),
      nextCursor: z.string().nullable(),
    }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    risk: 'low',
    http: { method: 'GET', path: '/api-keys' },
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, now, input: { limit, cursor } }) {
      const found = await services.keys(org, { limit, before: cursor });
      return {
        keys: found.map((info) => ({ keyId: info.id, ...viewOf(info, now) })),
        nextCursor: cursorAfter(found, limit),
      };
    },
  });
