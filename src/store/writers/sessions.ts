/** Sessions of people. Whoever ends one bumps its fence, so that what was allowed in it and has not left yet does not leave. */
import type { PeopleWrites } from '../../identity/people/writes.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { forgetGuesses } from '../factor-statements.ts';
import type { Group } from '../group.ts';
import { sessionGuesses } from '../people-cells.ts';
import * as sql from '../session-statements.ts';
import type { Tx } from '../statement.ts';
import { insertFence } from './statements.ts';
import { bump, must, type WritersOf } from './writer.ts';

export type SessionKinds = Extract<keyof PeopleWrites, `session.${string}`>;

export function sessionWriters(): WritersOf<Pick<PeopleWrites, SessionKinds>> {
  return {
    *'session.begin'(_, org, { id, person, at, steppedUpAt, expiresAt, factors, device, accessHash, accessExpiresAt }) {
      yield* sql.insertSession.run({
        ...{ org, id, person, created_at: at, used_at: at, expires_at: expiresAt, refreshed_at: at },
        stepped_up_at: steppedUpAt,
        factors: JSON.stringify(factors),
        device,
      });
      yield* insertFence.run({ org, subject: `session:${id}` });
      yield* sql.insertAccessToken.run({ hash: accessHash, org, session: id, expires_at: accessExpiresAt });
    },
    *'session.step-up'(_, org, { id, factor, at }) {
      const session = yield* sql.sessionLocked.first({ org, id });
      const factors = session === undefined ? [] : (JSON.parse(session.factors) as string[]);
      const shown = JSON.stringify([...new Set([...factors, factor])]);
      must(yield* sql.stepUpSession.run({ org, id, factors: shown, at }), 'This session has ended.');
      yield* forgetGuesses.run({ name: sessionGuesses(id) });
    },
    *'session.end'(group, org, { id, person }) {
      must(yield* sql.endSession.run({ org, id, person, at: group.now }), 'There is no such session.');
      yield* ended(group, org, id);
    },
    *'session.end-all'(group, org, { person, but }) {
      yield* endSessions(group, org, person, but);
    },
  };
}

/** All of a person's but one; the person's fence too when none is left. */
export function* endSessions(group: Group, org: OrgId, person: string, but: string | null): Tx<void> {
  if (but === null) yield* bump(group, org, `person:${person}`);
  for (const { id } of yield* sql.liveSessions.all({ org, person })) {
    if (id === but) continue;
    yield* sql.endSession.run({ org, id, person, at: group.now });
    yield* ended(group, org, id);
  }
}

function* ended(group: Group, org: OrgId, id: string): Tx<void> {
  yield* sql.dropAccessTokens.run({ org, session: id });
  yield* bump(group, org, `session:${id}`);
}
