/**
 * Reads the file of SWARM_FILE again and makes what it says the live configuration. Who may reload still changes no section
 * that is not theirs to change: an administrator's reload of a file with new prompts is refused, and says so.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { change, ownOrganization, ownState } from '../config/change.ts';
import { changeGuards, expectedVersionGuard } from '../config/guards.ts';
import {
  changedView,
  expectedVersionField,
  noteField,
  type Parse,
  type SwarmFile,
  viewOfChanged,
} from './config-view.ts';
import { fromText } from './put-config.ts';

export function reload(file: SwarmFile, parse: Parse): AnyAction {
  const way = fromText(parse, 'file');
  return stateAction({
    name: 'swarm.reload',
    version: 1,
    says: 'Reads the file that SWARM_FILE names again and makes its configuration the live one.',
    input: z.object({ expectedVersion: expectedVersionField, note: noteField }),
    output: changedView,
    access: 'org:admin',
    subject: 'organization',
    risk: 'critical',
    sensitive: true,
    guards: [expectedVersionGuard, ...changeGuards(way)],
    doors: ['mcp', 'rest', 'cli'],
    needs: { ...way.needs, state: ownState, organization: ownOrganization },
    async complete({ org, input }) {
      const whole = { ...input, source: await file.read(org) };
      return whole;
    },
    change(request, facts, mint) {
      const { writes, output } = change(way, request, facts, mint);
      return { writes, output: viewOfChanged(output) };
    },
  });
}
