/** A writer for every kind of write: the only code that changes domain tables. */
import type { ActionId, OrgId } from '../../kernel/ids.ts';
import type { Write } from '../../kernel/write.ts';
import { type AllWrites, configBefore, recordConfig } from '../config-writes.ts';
import type { Group } from '../group.ts';
import type { Tx } from '../statement.ts';
import type { Telling } from '../swarm-telling.ts';
import { answerWriters } from './answers.ts';
import { billingWriters } from './billing.ts';
import { codeWriters } from './codes.ts';
import { contactWriters } from './contacts.ts';
import { grantWriters } from './grants.ts';
import { guardWriters } from './guard.ts';
import { identityWriters } from './identity.ts';
import { messageWriters } from './messages.ts';
import { peopleWriters } from './people.ts';
import { reviewWriters } from './reviews.ts';
import { senderWriters } from './senders.ts';
import { serviceWriters } from './services.ts';
import { sessionWriters } from './sessions.ts';
import { swarmWriters } from './swarm.ts';
import { swarmBudgetWriters } from './swarm-budgets.ts';
import { swarmConfigWriters } from './swarm-config.ts';
import { swarmControlWriters } from './swarm-control.ts';
import { tenancyWriters } from './tenancy.ts';
import { toolWriters } from './tools.ts';
import type { WriterParts, WritersOf } from './writer.ts';

export interface Writers {
  /** Also the log's entry of every configuration that comes out different. @param action what they are of. */
  apply(group: Group, org: OrgId, action: ActionId | null, writes: readonly Write[]): Tx<void>;
  readonly telling: Telling;
}

export function createWriters(parts: WriterParts): Writers {
  const writers: WritersOf<AllWrites> = {
    ...tenancyWriters(parts),
    ...identityWriters(),
    ...peopleWriters(parts),
    ...sessionWriters(),
    ...serviceWriters(),
    ...grantWriters(),
    ...guardWriters(parts),
    ...messageWriters(parts),
    ...contactWriters(parts),
    ...senderWriters(parts),
    ...codeWriters(parts),
    ...billingWriters(parts),
    ...reviewWriters(parts),
    ...answerWriters(parts),
    ...toolWriters(parts),
    ...swarmWriters(parts),
    ...swarmConfigWriters(parts),
    ...swarmBudgetWriters(parts),
    ...swarmControlWriters(parts),
  };
  return {
    telling: parts.telling,
    *apply(group, org, action, writes) {
      const before = yield* configBefore(parts.sealing, org, writes);
      for (const { kind, row } of writes) {
        if (TOUCHES_TOKENS.test(kind)) parts.tokens.forgetAll();
        if (TOUCHES_PEOPLE.test(kind)) parts.people.forgetAll();
        if (TOUCHES_SERVICES.test(kind)) parts.services.forgetAll();
        if (TOUCHES_RIGHTS.test(kind)) group.afterCommit(parts.onRights);
        const writer = writers[kind as keyof AllWrites] as WritersOf<Record<string, unknown>>[string] | undefined;
        if (writer === undefined) throw new TypeError(`no writer for ${kind}`);
        yield* writer(group, org, row);
      }
      yield* recordConfig(group, parts.sealing, org, action, before);
    },
  };
}

/** Any write about credentials or whose they are, and any fence: it may be a credential's. */
const TOUCHES_TOKENS = /^(?:agent-token|admin-token|fence|organization|swarm-stop)\./;
/** Any write about people, and whatever else may end or change what a person's token stands for. */
const TOUCHES_PEOPLE = /^(?:person|session|fence|organization)\./;
/** Any write about programs that come by themselves. */
const TOUCHES_SERVICES = /^(?:api-key|service|fence|organization)\./;
/** Any write that may end what somebody who has come in may do, or change it. */
const TOUCHES_RIGHTS = /^(?:person|session|agent|agent-token|admin-token|api-key|service|grant|fence|organization)\./;
