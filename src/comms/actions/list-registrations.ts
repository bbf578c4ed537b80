/** The registrations of an organisation's senders, with what they said. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import type { CommsReader } from '../ports.ts';
import { registrationView, viewOfRegistration } from './registration-view.ts';

export const listRegistrations = (comms: Pick<CommsReader, 'registrations'>): AnyAction =>
  readAction({
    name: 'comms.list_registrations',
    version: 1,
    says: "Lists the registrations of the organisation's senders, newest first, with how far each has come.",
    input: z.object({}),
    output: z.object({ registrations: z.array(registrationView) }),
    access: 'org:view',
    subject: 'organization',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    read: async ({ org }) => ({ registrations: (await comms.registrations(org)).map(viewOfRegistration) }),
  });
