/** An organisation's registered services: what each proves itself by, what it may do, when it came last. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import type { ServiceStore } from '../services/ports.ts';
import { cursorAfter, givenView, pageFields, viewOf } from './given-fields.ts';

export const listServices = (services: Pick<ServiceStore, 'services'>): AnyAction =>
  readAction({
    name: 'identity.list_services',
    version: 1,
    says: 'Lists the services that prove themselves by certificate or signed tokens, newest first, and whether each still works.',
    input: z.object(pageFields('svc')),
    output: z.object({
      services: z.array(
        z.object({
          serviceId: z.string(),
          kind: z.enum(['certificate', 'key']),
          san: z.string().nullable(),
          kid: z.string().nullable(),
          ...givenView,
        }),
      ),
      nextCursor: z.string().nullable(),
    }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    risk: 'low',
    http: { method: 'GET', path: '/services' },
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, now, input: { limit, cursor } }) {
      const found = await services.services(org, { limit, before: cursor });
      return {
        services: found.map((info) => ({
          serviceId: info.id,
          kind: info.san === null ? ('key' as const) : ('certificate' as const),
          san: info.san,
          kid: info.kid,
          ...viewOf(info, now),
        })),
        nextCursor: cursorAfter(found, limit),
      };
    },
  });
