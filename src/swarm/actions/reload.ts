/**
 * Reads the file of SWARM_FILE again and makes what it says the live configuration. Who may reload still changes no section
 * that is not theirs to change: an administrator's reload of a file with new prompts is refused, and says so.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { changeGuards, expectedVersionGuard } from '../config/guards.ts';
import { expectedVersionField, noteField, type Parse, type SwarmFile } from './config-view.ts';
import { makesLive } from './makes-live.ts';
import { fromText } from './put-config.ts';

export function reload(file: SwarmFile, parse: Parse): AnyAction {
  const way = fromText(parse, 'file');
  return stateAction({
    ...makesLive(way),
    name: 'swarm.reload',
    says: 'Reads the file that SWARM_FILE names again and makes its configuration the live one.',
    input: z.object({ expectedVersion: expectedVersionField, note: noteField }),
    access: 'org:admin',
    guards: [expectedVersionGuard, ...changeGuards(way)],
    complete: async ({ org, input }) => ({ ...input, source: await file.read(org) }),
  });
}
