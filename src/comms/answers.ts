/**
 * Sends the answers that STOP, START and HELP call for. What is owed was written with the message itself, so that no answer is
 * lost when the process dies in between; who sends it is decided by the store, so that two servers send one.
 */
import type { CatalogueEntry } from '../guard/catalogue.ts';
import type { Perform } from '../guard/perform.ts';
import { type Principal, SCOPES_OF } from '../guard/principal.ts';
import { boundedMap } from '../kernel/bounded-map.ts';
import type { Clock } from '../kernel/clock.ts';
import type { MessageId, OrgId } from '../kernel/ids.ts';
import { SECOND_MS } from '../kernel/time.ts';
import { ADMITTED_WITHIN_MS } from './guards/owed-answer.ts';
import type { DueAnswer, ProviderReader } from './ports.ts';
import { answerTo } from './rules/opt-out-answers.ts';

export interface AnsweringParts {
  readonly reader: Pick<ProviderReader, 'dueAnswers'>;
  readonly perform: Perform;
  /** `comms.confirm_opt_out`. */
  readonly confirm: CatalogueEntry;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

const LOOKED_AT = 500;
const AT_ONCE = 20;
/** After a refusal (a limit, a provider that is down) it is tried again, as long as it is not too old. */
const TRIED_AGAIN_MS = 30 * SECOND_MS;

/** The server itself, within an organisation. */
export const answeringSystem = (org: OrgId): Principal => ({
  id: 'system:answers',
  kind: 'system',
  org,
  agent: null,
  scopes: SCOPES_OF.system,
  fences: [],
});

/** One round. Never rejects; true: more may be due at once. */
export function createAnswering({ reader, perform, confirm, clock, onFault }: AnsweringParts) {
  const tried = boundedMap<MessageId, number>(10_000);

  async function answer({ org, agent, message, contact, channel, said, language, organization }: DueAnswer) {
    const { subject, text } = answerTo(said, language, organization);
    await perform(confirm, answeringSystem(org), {
      agentId: agent,
      answers: message,
      said,
      to: contact,
      channel,
      body: text,
      ...(channel === 'email' ? { subject } : {}),
    });
  }

  return async (): Promise<boolean> => {
    try {
      const now = clock.now();
      const due = await reader.dueAnswers(now - ADMITTED_WITHIN_MS, LOOKED_AT);
      const next = due.filter(({ message }) => (tried.get(message) ?? 0) <= now).slice(0, AT_ONCE);
      for (const { message } of next) tried.set(message, now + TRIED_AGAIN_MS);
      await Promise.all(next.map((one) => answer(one).catch(onFault)));
      return next.length === AT_ONCE;
    } catch (fault) {
      onFault(fault);
      return false;
    }
  };
}
