/** The rules that every change of a configuration obeys, made for one way of changing it. */
import type { Facts, Needs } from '../../guard/facts.ts';
import { type AnyGuard, type Deny, guard } from '../../guard/guard.ts';
import type { PrincipalKind } from '../../guard/principal.ts';
import { known } from '../../tenancy/known.ts';
import { poolOf } from '../../tenancy/limits.ts';
import {
  activeAgents,
  asksSecondPerson,
  EDIT,
  forbiddenSections,
  ownOrganization,
  ownState,
  toBeMade,
  type Way,
} from './change.ts';
import { problemLine } from './problem.ts';
import { diffConfigs } from './rules/diff.ts';

/** Of what is wrong so much is told; `swarm_check_config` tells all. */
const TOLD = 10;

export function changeGuards<I, const N extends Needs<I>>(way: Way<I, N>): readonly AnyGuard[] {
  const needs = { ...way.needs, state: ownState } as const;
  type Seen = Facts<N> & Facts<{ state: typeof ownState }>;
  const candidate = (request: Parameters<typeof way.candidate>[0], facts: unknown) => {
    const found = way.candidate(request, facts as Facts<N>);
    return found === null || !found.parsed.ok ? null : { ...found.parsed, bindable: found.bindable };
  };

  const form = guard<I>()({
    id: 'config-form',
    stage: 'validate',
    needs: way.needs,
    judge(request, facts) {
      const found = way.candidate(request, facts);
      if (found === null) return [NOTHING];
      if (found.parsed.ok) return [];
      return found.parsed.problems.slice(0, TOLD).map((problem) => ({
        ...({ is: 'deny', code: 'invalid_input', source: 'form of a configuration' } as const),
        say: problemLine(problem),
      }));
    },
  });

  const sections = guard<I>()({
    id: 'config-sections',
    stage: 'validate',
    needs,
    judge(request, facts) {
      const config = candidate(request, facts)?.config;
      if (config === undefined) return [];
      const changes = diffConfigs((facts as Seen).state?.config ?? null, config);
      const forbidden = forbiddenSections(request.by, changes).join(', ');
      return forbidden === ''
        ? []
        : [
            deny(
              'forbidden',
              `This changes ${forbidden}, which you may not change. An Owner may, or grants you ${EDIT} on each of these sections (identity_create_grant).`,
              'rights on the sections of a configuration',
              `sections ${forbidden}`,
            ),
          ];
    },
  });

  const secondPerson = guard<I>()({
    id: 'prompt-edits',
    stage: 'validate',
    needs,
    judge(request, facts) {
      const config = candidate(request, facts)?.config;
      const live = (facts as Seen).state?.config ?? null;
      if (config === undefined || !PROGRAMS.has(request.by.kind)) return [];
      if (!asksSecondPerson(live, diffConfigs(live, config), way.secondPerson)) return [];
      return [
        deny(
          'forbidden',
          'Prompts are changed here by one person and confirmed by another; programs change none.',
          'policies.promptEdits: second-person',
        ),
      ];
    },
  });

  const bound = guard<I>()({
    id: 'bound-agents',
    stage: 'validate',
    needs,
    judge(request, facts) {
      const found = candidate(request, facts);
      if (found === null) return [];
      const there = new Set<string>(found.bindable);
      return found.config.agents.flatMap(({ agentId }, i) =>
        agentId === undefined || there.has(agentId)
          ? []
          : [
              deny(
                'not_found',
                `agents.${i}.agentId: there is no such agent here, or it has ended.`,
                'tenant boundary',
              ),
            ],
      );
    },
  });

  const pool = guard<I>()({
    id: 'agent-pool',
    stage: 'limit',
    needs: {
      ...needs,
      organization: ownOrganization,
      // counted alone where any is to be made: the organisation is held until this is decided
      active: activeAgents,
    },
    judge(request, facts) {
      const config = candidate(request, facts)?.config;
      const { state, organization, active } = facts as Seen &
        Facts<{ organization: typeof ownOrganization; active: typeof activeAgents }>;
      const made = config === undefined || state === null ? 0 : toBeMade(state, config).length;
      const most = poolOf(known(organization, 'organisation'));
      const taken = active ?? 0;
      if (made === 0 || taken + made <= most) return [];
      return [
        deny(
          'agent_pool_full',
          `This makes ${made} new agents; the organisation may have ${most}. End some with comms_deprovision_channels, or ask the server's operator for more (comms_expand_agent_pool).`,
          'agent pool of the organisation',
          `${taken} of ${most} places are taken`,
        ),
      ];
    },
  });

  return [form, sections, secondPerson, bound, pool];
}

/** Whose token is in a program's hands. */
const PROGRAMS: ReadonlySet<PrincipalKind> = new Set(['service', 'organization', 'agent']);

interface Expecting {
  readonly expectedVersion?: number | undefined;
}
/** Two people who edit at once: the second learns that what it started from is no longer what is there. */
export const expectedVersionGuard = guard<Expecting>()({
  id: 'config-version',
  stage: 'validate',
  needs: { state: ownState },
  judge: ({ input: { expectedVersion } }, { state }) =>
    expectedVersion === undefined || expectedVersion === (state?.version ?? 0)
      ? []
      : [
          deny(
            'conflict',
            `Version ${state?.version ?? 0} is live by now. Look at what changed (swarm_show_config), and begin again from there.`,
            'expectedVersion',
            `version ${state?.version ?? 0}`,
          ),
        ],
});

const deny = (code: Deny['code'], say: string, source: string, fact?: string): Deny => ({
  ...{ is: 'deny', code, say, source },
  ...(fact === undefined ? {} : { fact }),
});
const NOTHING = deny('conflict', 'There is no configuration to make live; ask again.', 'form of a configuration');
