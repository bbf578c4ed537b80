/**
 * What the webhook doors have in common: nothing of a delivery is believed before its signature has been checked, every doubt
 * is the same refusal (no telling an unknown agent from a wrong signature), and what is verified goes through `perform` as the
 * provider's own action, so that it is stored before the answer and a repeat gets the stored answer.
 */
import type { Inlet, ProviderReader } from '../../comms/ports.ts';
import type { Credentials, VendorAnswer } from '../../comms/provider-ports.ts';
import type { Catalogue, CatalogueEntry } from '../../guard/catalogue.ts';
import type { Outcome, Perform } from '../../guard/perform.ts';
import { type Principal, SCOPES_OF } from '../../guard/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import { toHex } from '../../kernel/encoding.ts';
import { secretEqual } from '../../kernel/equal.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/hash.ts';
import { type AgentId, looksLikeId, type OrgId } from '../../kernel/ids.ts';
import type { InboundMail } from '../../providers/mail/inbound-mail.ts';
import type { FetchMedia } from '../../providers/twilio/media.ts';
import type { BodyLimits } from '../../shield/body.ts';
import { answerTo } from '../answer.ts';
import type { RequestContext } from '../context.ts';
import { failure, problemResponse } from '../problems.ts';
import type { Protection } from '../protection.ts';

export interface WebhookParts {
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  readonly providers: ProviderReader;
  organizationOf(agent: AgentId): Promise<OrgId | null>;
  /** Where providers reach this server, without a trailing slash: what they sign. */
  readonly webhookBaseUrl: () => string;
  readonly limits: BodyLimits;
  readonly protection: Pick<Protection, 'refuse' | 'verified'>;
  readonly clock: Clock;
  /** The mail that Resend's event tells of. */
  readonly receiveMail: ReceiveMail;
  /** A file of a text message. */
  readonly fetchMedia: FetchMedia;
}

export type ReceiveMail = (
  credentials: Credentials,
  emailId: string,
  signal: AbortSignal,
) => Promise<VendorAnswer<InboundMail>>;

/** The one answer to everything that is not proven. @throws SallyportError */
export async function refuseDelivery(c: RequestContext, { protection }: WebhookParts): Promise<never> {
  // no lock-out: a provider whose secret changed must not be shut out for more than the moment
  await protection.refuse(c, false);
  throw new SallyportError('forbidden', 'This delivery is not signed by the provider for this address.');
}

/** The senders of the agent in the address, and those that it had; none for what is no agent. */
export async function inletsOf(c: RequestContext, { providers }: WebhookParts): Promise<readonly Inlet[]> {
  const agent = c.req.param('agentId') ?? '';
  return looksLikeId('agt', agent)
    ? [...(await providers.inlets(agent)), ...(await providers.formerInlets(agent))]
    : [];
}

/** Whether the address brings the secret that was given out with it. */
export const bringsNonce = (c: RequestContext, { nonce }: Pick<Inlet, 'nonce'>): boolean =>
  nonce !== '' && secretEqual(toHex(sha256(c.req.query('n') ?? '')), nonce);

/** The address as the provider has it: the configured base and the raw request target, whatever `Host` says. */
export function signedUrl(c: RequestContext, { webhookBaseUrl }: WebhookParts): string {
  const { pathname, search } = new URL(c.req.url);
  return `${webhookBaseUrl()}${c.env?.incoming?.url ?? `${pathname}${search}`}`;
}

export const providerPrincipal = (name: string, org: OrgId): Principal => ({
  id: `provider:${name}`,
  kind: 'provider',
  org,
  agent: null,
  scopes: SCOPES_OF.provider,
  fences: [],
});

export const webhookAction = ({ catalogue }: WebhookParts, name: string): CatalogueEntry => {
  const entry = catalogue.byName(name);
  if (entry === undefined) throw new TypeError(`there is no action ${name}`);
  return entry;
};

/**
 * The answer to a delivery: `taken` when it is stored, now or before. Refused for good (a message that is not there, a repeat
 * with other contents) is told as such; everything else as a failure, so that the provider delivers again.
 */
export function answerDelivery(c: RequestContext, outcome: Outcome, taken: () => Response): Response {
  if (outcome.is === 'done') return taken();
  const answer = answerTo(outcome, 0);
  const failed = answer.ok ? failure('internal', 'The delivery was not taken.') : answer.failure;
  return problemResponse(failed, c.get('requestId'));
}
