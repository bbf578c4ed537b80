/**
 * The second person: makes live what another one proposed, exactly that (it is named by the id that it got), and only while
 * what it changes is still what is live. Who confirms needs the right to every section that changes, as who proposed did.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type AnyGuard, type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { PrincipalKind } from '../../guard/principal.ts';
import { ownState, type Way } from '../config/change.ts';
import { swarmConfigFacts } from '../config/facts.ts';
import { changeGuards } from '../config/guards.ts';
import { noteField, type Parse } from './config-view.ts';
import { makesLiveBySection } from './makes-live.ts';

interface Input {
  readonly proposal: string;
  readonly note?: string | undefined;
}
/** The orchestrator's token is the server operator's, who is somebody else than an organisation's Owner. */
const SECONDS: ReadonlySet<PrincipalKind> = new Set(['person', 'orchestrator']);
const proposed = need<Input>()(swarmConfigFacts.proposed, () => 'self' as const);

const otherPerson: AnyGuard = guard<Input>()({
  id: 'second-person',
  stage: 'validate',
  needs: { proposed, state: ownState },
  judge({ by, input }, facts) {
    if (facts.proposed === null || facts.proposed.id !== input.proposal) return [GONE];
    if (!SECONDS.has(by.kind) || by.id === facts.proposed.by) return [SAME];
    return facts.proposed.base === (facts.state?.version ?? 0) ? [] : [OLD];
  },
});

const deny = (code: Deny['code'], say: string): Deny => ({
  ...{ is: 'deny', code, say },
  source: 'policies.promptEdits: second-person',
});
const GONE = deny('not_found', 'Nothing waits under this id: it was confirmed, or another proposal took its place.');
const SAME = deny('forbidden', 'Another person confirms it than the one who proposed it; no program does.');
const OLD = deny('conflict', 'Another version became live since this was proposed. Have it proposed again from there.');

export function confirmConfig(parse: Parse): AnyAction {
  const needs = { proposed } as const;
  const way: Way<Input, typeof needs> = {
    source: (facts) => facts.proposed?.source ?? 'put',
    secondPerson: 'confirms',
    needs,
    candidate: (_, facts) =>
      facts.proposed === null
        ? null
        : { parsed: parse.stored(facts.proposed.config), bindable: facts.proposed.bindable },
  };
  return stateAction({
    ...makesLiveBySection(way),
    name: 'swarm.confirm_config',
    says: 'Confirms a change of prompts that another person proposed, and makes it live.',
    input: z.object({ proposal: field.id('cfg').describe('As swarm_put_config answered it.'), note: noteField }),
    guards: [otherPerson, ...changeGuards(way)],
    http: { method: 'POST', path: '/swarm/config/confirm' },
  });
}
