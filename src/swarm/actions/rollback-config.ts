/**
 * Goes back to an earlier version: a new one with the old one's content, so that nothing in the history changes. It is judged
 * like any other, as what it names (actions, agents) may be gone by now. Its prompts were live before, so that they need no
 * second person; taking away the second person does.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type AnyGuard, guard } from '../../guard/guard.ts';
import type { Way } from '../config/change.ts';
import { swarmConfigFacts } from '../config/facts.ts';
import { changeGuards, expectedVersionGuard } from '../config/guards.ts';
import { expectedVersionField, noteField, type Parse } from './config-view.ts';
import { makesLiveBySection } from './makes-live.ts';

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
    ...makesLiveBySection(way),
    name: 'swarm.rollback_config',
    says: "Goes back to an earlier version of the swarm's configuration: a new version with the old one's content.",
    input: z.object({
      version: z.int().min(1).describe('The version to go back to.'),
      expectedVersion: expectedVersionField,
      note: noteField,
    }),
    guards: [thereGuard, expectedVersionGuard, ...changeGuards(way)],
    http: { method: 'POST', path: '/swarm/config/rollback' },
  });
}
