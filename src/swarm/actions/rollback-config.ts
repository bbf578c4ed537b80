/**
 * Goes back to an earlier version: a new one with the old one's content, so that nothing in the history changes. It is judged
 * like any other, as what it names (actions, agents) may be gone by now. Its prompts were live before, so that they need no
 * second person; taking away the second person does.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type AnyGuard, guard } from '../../guard/guard.ts';
import { change, ownOrganization, ownState, type Way } from '../config/change.ts';
import { swarmConfigFacts } from '../config/facts.ts';
import { changeGuards, expectedVersionGuard } from '../config/guards.ts';
import { changedView, expectedVersionField, noteField, type Parse, viewOfChanged } from './config-view.ts';

interface Input {
  readonly version: number;
  readonly note?: string | undefined;
}
const stored = need<Input>()(swarmConfigFacts.version, ({ input }) => input.version);

const thereGuard: AnyGuard = guard<Input>()({
  id: 'config-stored',
  stage: 'validate',
  needs: { stored },
  judge: (_, facts) =>
    facts.stored === null
      ? [
          {
            ...({ is: 'deny', code: 'not_found', source: 'versions of the configuration' } as const),
            say: 'There is no such version; swarm_list_config_versions shows those that there are.',
          },
        ]
      : [],
});

export function rollbackConfig(parse: Parse): AnyAction {
  const needs = { stored } as const;
  const way: Way<Input, typeof needs> = {
    source: () => 'rollback',
    secondPerson: 'policy',
    needs,
    candidate: (_, facts) =>
      facts.stored === null ? null : { parsed: parse.stored(facts.stored.config), bindable: facts.stored.bindable },
  };
  return stateAction({
    name: 'swarm.rollback_config',
    version: 1,
    says: "Goes back to an earlier version of the swarm's configuration: a new version with the old one's content.",
    input: z.object({
      version: z.int().min(1).describe('The version to go back to.'),
      expectedVersion: expectedVersionField,
      note: noteField,
    }),
    output: changedView,
    access: 'org:own',
    bySection: true,
    subject: 'organization',
    risk: 'critical',
    sensitive: true,
    guards: [thereGuard, expectedVersionGuard, ...changeGuards(way)],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/swarm/config/rollback' },
    needs: { ...way.needs, state: ownState, organization: ownOrganization },
    change(request, facts, mint) {
      const { writes, output } = change(way, request, facts, mint);
      return { writes, output: viewOfChanged(output) };
    },
  });
}
