/** Approves a tool of an outside server exactly as it was read: a new one, or one that was withdrawn because it changed. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { toolFacts } from '../tools/facts.ts';
import { toolWrite } from '../tools/writes.ts';
import { hashField, nameField } from './tool-fields.ts';

interface Input {
  readonly server: string;
  readonly tool: string;
  readonly hash: string;
}

const asSeenGuard = guard<Input>()({
  id: 'tool-as-seen',
  stage: 'validate',
  needs: { known: need<Input>()(toolFacts.knownTools, ({ input }) => input.server) },
  judge({ input }, { known }) {
    const found = known?.find(({ tool }) => tool === input.tool);
    if (found?.hash === input.hash) return [];
    return [
      found === undefined
        ? {
            is: 'deny',
            code: 'not_found',
            say: 'That server has no such tool; swarm_list_tools shows those there are.',
            source: 'tools of outside servers',
          }
        : {
            is: 'deny',
            code: 'conflict',
            say: 'The tool is not what that hash says any more. List the tools again, and read what changed.',
            source: 'a tool is approved exactly as it was read',
          },
    ];
  },
});

export const approveTool = (): AnyAction =>
  stateAction({
    name: 'swarm.approve_tool',
    version: 1,
    says: 'Approves a tool of an outside server by the exact hash of its name, description, schemas and annotations.',
    input: z.object({ server: nameField(), tool: field.code(100), hash: hashField() }),
    output: z.object({ server: z.string(), tool: z.string(), hash: z.string() }),
    access: 'org:own',
    subject: 'organization',
    namesOrganization: true,
    risk: 'critical',
    sensitive: true,
    guards: [asSeenGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    change: ({ by, input, now }) => ({
      writes: [toolWrite('tool.pin', { ...input, by: by.id, at: now })],
      output: input,
    }),
  });
