/**
 * Does a contact's consent cover this message? One table: what each purpose asks for, where, and the rule behind it. Knows
 * nothing of suppression (a STOP beats any consent, and is checked apart) or of WhatsApp's templates. Not legal advice.
 */
import { DAY_MS, HOUR_MS, rfc3339 } from '../../kernel/time.ts';
import type { Channel } from '../../tenancy/agent.ts';
import { CONSENT_TYPES, type ConsentType } from '../facts.ts';
import type { Purpose } from '../message.ts';

/** A consent that has not been revoked, of this contact to this agent on this channel. */
export interface Consent {
  readonly type: ConsentType;
  /** When it was given, in ms since the epoch. */
  readonly at: number;
}

export interface ConsentQuestion {
  readonly purpose: Purpose;
  readonly channel: Channel;
  /** ISO country of the contact; null when not known, which includes a +1 number that fits no country: then the strictest row holds. */
  readonly country: string | null;
  readonly consents: readonly Consent[];
  /** The contact's last message to this agent on this channel, in ms since the epoch. */
  readonly lastInboundAt: number | null;
  readonly now: number;
}

/** `fact`: what is on record, without naming anybody. */
export type ConsentAnswer = { readonly source: string; readonly tag: 'P' | 'Q' | 'K'; readonly checkedAt: string } & (
  | { readonly ok: true; readonly by: ConsentType | 'inbound' }
  | { readonly ok: false; readonly say: string; readonly fact: string }
);

const IMPLIED_CONSENT_MS = 30 * DAY_MS;
/** For how long an inbound message is an invitation to go on talking. */
const INBOUND_MS: Readonly<Record<Channel, number>> = {
  sms: 30 * DAY_MS,
  voice: 30 * DAY_MS,
  email: 30 * DAY_MS,
  whatsapp: 24 * HOUR_MS,
};

/** Countries and territories where the TCPA holds (47 USC 153(58)). */
export const TCPA_COUNTRIES: ReadonlySet<string> = new Set(['US', 'PR', 'VI', 'GU', 'AS', 'MP']);

interface Requirement {
  /** Which consents will do, best first. */
  readonly accepts: readonly ConsentType[];
  readonly orInbound: boolean;
  readonly say: string;
  readonly source: string;
  /** How well the source was checked: P read in the primary text, Q quoted, K general knowledge. */
  readonly tag: 'P' | 'Q' | 'K';
  readonly checkedAt: string;
}

const CHECKED_AT = '2026-11-20';

const REQUIREMENTS = {
  marketingUs: {
    accepts: ['express_written'],
    orInbound: false,
    say: 'Marketing to the US, or to a contact whose country is not known, needs express written consent; record it with comms_record_consent (type express_written).',
    source: '47 CFR 64.1200(a)(2), (f)(9)',
    tag: 'K',
    checkedAt: CHECKED_AT,
  },
  marketingElsewhere: {
    accepts: ['express_written', 'express'],
    orInbound: false,
    say: 'Marketing needs express consent; record it with comms_record_consent (type express).',
    source: 'Directive 2002/58/EC art. 13(1); CASL s. 6; taken as the rule everywhere',
    tag: 'K',
    checkedAt: CHECKED_AT,
  },
  transactional: {
    accepts: CONSENT_TYPES,
    orInbound: false,
    say: 'The contact has given this agent no consent that is still active on this channel; record one with comms_record_consent.',
    source: '47 CFR 64.1200(a)(1); GDPR art. 6(1)',
    tag: 'K',
    checkedAt: CHECKED_AT,
  },
  conversational: {
    accepts: CONSENT_TYPES,
    orInbound: true,
    say: 'There is no active consent and the contact has not written to this agent on this channel lately (30 days; WhatsApp 24 hours).',
    source: '47 CFR 64.1200(a)(1); WhatsApp Business Messaging Policy, 24-hour window',
    tag: 'K',
    checkedAt: CHECKED_AT,
  },
} as const satisfies Record<string, Requirement>;

const REQUIREMENT_FOR: Readonly<Record<Purpose, (country: string | null) => Requirement>> = {
  marketing: (country) =>
    country === null || TCPA_COUNTRIES.has(country) ? REQUIREMENTS.marketingUs : REQUIREMENTS.marketingElsewhere,
  transactional: () => REQUIREMENTS.transactional,
  conversational: () => REQUIREMENTS.conversational,
};

export function consentFor(question: ConsentQuestion): ConsentAnswer {
  const need = REQUIREMENT_FOR[question.purpose](question.country);
  const active = question.consents.filter(
    (consent) => consent.type !== 'implied' || question.now - consent.at < IMPLIED_CONSENT_MS,
  );
  const by = need.accepts.find((type) => active.some((consent) => consent.type === type));
  const { source, tag, checkedAt } = need;
  const behind = { source, tag, checkedAt };
  if (by !== undefined) return { ok: true, by, ...behind };
  const { lastInboundAt } = question;
  if (need.orInbound && lastInboundAt !== null && question.now - lastInboundAt < INBOUND_MS[question.channel]) {
    return { ok: true, by: 'inbound', ...behind };
  }
  return { ok: false, say: need.say, ...behind, fact: onRecord(question) };
}

/** Expired consents too: that one ran out is what whoever asks wants to know. */
function onRecord({ purpose, channel, country, consents, lastInboundAt, now }: ConsentQuestion): string {
  const given = consents.map(({ type, at }) => {
    const isOver = type === 'implied' && now - at >= IMPLIED_CONSENT_MS;
    return `${type} recorded ${rfc3339(at)}${isOver ? ' (run out)' : ''}`;
  });
  const consent = given.length === 0 ? 'no consent' : given.join(', ');
  const inbound = lastInboundAt === null ? 'never' : rfc3339(lastInboundAt);
  return `${purpose} on ${channel}, country ${country ?? 'unknown'}: ${consent} on record; they last wrote: ${inbound}`;
}
