/**
 * Asks providers about messages of which nothing more was heard: a callback may have been lost, and the price comes last.
 * What they answer goes through `perform` as a report like any other. One question each, then a longer and longer wait.
 */
import type { CatalogueEntry } from '../guard/catalogue.ts';
import type { Perform } from '../guard/perform.ts';
import { type Principal, SCOPES_OF } from '../guard/principal.ts';
import type { Clock } from '../kernel/clock.ts';
import type { OrgId } from '../kernel/ids.ts';
import { ASKED } from './actions/report-delivery.ts';
import type { OpenQuestion, ProviderReader } from './ports.ts';
import type { MessageReport, Vendors } from './provider-ports.ts';

export interface FollowUpParts {
  readonly reader: Pick<ProviderReader, 'openQuestions'>;
  readonly vendors: Vendors;
  readonly perform: Perform;
  /** `comms.report_delivery`. */
  readonly report: CatalogueEntry;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

/** Asked at once, at most: no provider is flooded, and a round ends. */
const AT_ONCE = 20;
const TIMEOUT_MS = 15_000;

/** The server itself, as what a provider answered it. */
export const askedProvider = (org: OrgId): Principal => ({
  id: ASKED,
  kind: 'provider',
  org,
  agent: null,
  scopes: SCOPES_OF.provider,
  fences: [],
});

/** One round: the questions that are longest due. Never rejects; true: more may be due, and none of these failed. */
export function createFollowUp({ reader, vendors, perform, report, clock, onFault }: FollowUpParts) {
  async function ask(question: OpenQuestion): Promise<MessageReport | null> {
    const account = vendors.accounts[question.provider];
    const credentials = account === undefined ? null : await vendors.open(question.credentialOrg, question.provider);
    if (account?.lookUp === undefined || credentials === null) return null;
    const { channel, ref, from } = question;
    const about = { channel, ref, from, to: '', body: '', at: 0 };
    const answer = await account.lookUp(credentials, about, AbortSignal.timeout(TIMEOUT_MS));
    return answer.state === 'ok' ? answer.value : null;
  }

  async function tell({ agent: agentId, message: messageId, ref, org, asked }: OpenQuestion, news: object) {
    const outcome = await perform(report, askedProvider(org), {
      agentId,
      messageId,
      providerRef: ref,
      asked,
      status: 'queued', // nothing new: only the next question is set
      ...news,
    });
    if (outcome.is !== 'done') throw new Error(`a report on ${messageId} was ${outcome.is}`);
  }

  async function follow(question: OpenQuestion): Promise<void> {
    const found = await ask(question).catch((fault: unknown) => {
      onFault(fault);
      return null;
    });
    if (found === null) return tell(question, {});
    const { status, errorCode, segments, cost } = found;
    const news = {
      status,
      ...(errorCode === null ? {} : { errorCode }),
      ...(segments === null ? {} : { segments }),
      ...(cost === null ? {} : { cost }),
    };
    await tell(question, news).catch((fault: unknown) => {
      onFault(fault);
      return tell(question, {}); // what can't be taken in must not be asked for again and again, before everything else
    });
  }

  const followed = (question: OpenQuestion): Promise<boolean> =>
    follow(question).then(
      () => true,
      (fault) => {
        onFault(fault); // it stays due: asked again at once, it would fail again and again
        return false;
      },
    );

  return async (): Promise<boolean> => {
    if (Object.keys(vendors.accounts).length === 0) return false; // demo mode: questions are left for whoever can ask them
    try {
      const questions = await reader.openQuestions(clock.now(), AT_ONCE);
      const done = await Promise.all(questions.map(followed));
      return questions.length === AT_ONCE && !done.includes(false);
    } catch (fault) {
      onFault(fault);
      return false;
    }
  };
}
