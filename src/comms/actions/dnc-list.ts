/**
 * Whom the organisation itself may not contact: opt-outs and its own do-not-contact entries. Those of the platform bind it
 * too and are told at a refusal, but their list is the operator's.
 */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import type { CommsReader } from '../ports.ts';
import { suppressionView, viewOfSuppression } from './suppression-view.ts';

export const dncList = (comms: Pick<CommsReader, 'suppressions'>): AnyAction =>
  readAction({
    name: 'comms.dnc_list',
    version: 1,
    says: 'Lists who may not be contacted, newest first: opt-outs and do-not-contact entries.',
    input: z.object({ limit: z.int().min(1).max(1_000).default(100) }),
    output: z.object({ entries: z.array(suppressionView) }),
    access: 'org:admin',
    subject: 'organization',
    forPlatform: true,
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, input }) {
      return { entries: (await comms.suppressions(org, input.limit)).map(viewOfSuppression) };
    },
  });
