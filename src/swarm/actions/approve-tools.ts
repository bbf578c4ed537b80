/** Approves everything that a server lists, exactly as it was listed: how a server's tools come into use at first. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { toolFacts } from '../tools/facts.ts';
import { listingHash } from '../tools/rules/tool-hash.ts';
import { toolWrite } from '../tools/writes.ts';
import { hashField, nameField, pinnedView } from './tool-fields.ts';

interface Input {
  readonly server: string;
  readonly hash: string;
}

const knownNeed = need<Input>()(toolFacts.knownTools, ({ input }) => input.server);

const asListedGuard = guard<Input>()({
  id: 'tools-as-listed',
  stage: 'validate',
  needs: { known: knownNeed },
  judge({ input }, { known }) {
    if (known !== null && listingHash(known) === input.hash) return [];
    return [
      known === null
        ? {
            is: 'deny',
            code: 'not_found',
            say: 'No tools of that server were seen; swarm_list_tools looks for them.',
            source: 'tools of outside servers',
          }
        : {
            is: 'deny',
            code: 'conflict',
            say: 'The server lists something else than that hash says. List the tools again, and read what changed.',
            source: 'tools are approved exactly as they were read',
          },
    ];
  },
});

export const approveTools = (): AnyAction =>
  stateAction({
    name: 'swarm.approve_tools',
    version: 1,
    says: 'Approves all tools of an outside server by the hash of its whole list; a dry run changes nothing.',
    input: z.object({ server: nameField(), hash: hashField().describe('The listHash that swarm_list_tools shows.') }),
    output: z.object({ server: z.string(), approved: pinnedView }),
    access: 'org:own',
    subject: 'organization',
    namesOrganization: true,
    risk: 'critical',
    sensitive: true,
    guards: [asListedGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { known: knownNeed },
    change({ by, input: { server }, now }, { known }) {
      const waiting = (known ?? []).filter(({ state }) => state !== 'pinned');
      return {
        writes: waiting.map(({ tool, hash }) => toolWrite('tool.pin', { server, tool, hash, by: by.id, at: now })),
        output: { server, approved: waiting.map(({ tool, hash }) => ({ tool, hash })) },
      };
    },
  });
