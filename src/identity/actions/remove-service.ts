/** Ends a service at once; the name in its certificate is free again. Its fence ends what it started and has not left yet. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { ownService } from '../guards/own-service.ts';
import { identityWrite } from '../writes.ts';

export const removeService = (): AnyAction =>
  stateAction({
    name: 'identity.remove_service',
    version: 1,
    says: 'Removes a registered service; its certificate or signed tokens stop working at once.',
    input: z.object({ serviceId: field.id('svc') }),
    output: z.object({ serviceId: z.string(), removedAt: z.string() }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    forSuspended: true, // what leaked is ended before the organisation comes back
    risk: 'high',
    sensitive: true,
    http: { method: 'POST', path: '/services/{serviceId}/remove' },
    guards: [ownService<{ readonly serviceId: ServiceId }>(({ serviceId }) => serviceId, 'identity_list_services')],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    change: ({ input: { serviceId }, now }) => ({
      writes: [identityWrite('service.remove', { id: serviceId, at: now })],
      output: { serviceId, removedAt: rfc3339(now) },
    }),
  });
