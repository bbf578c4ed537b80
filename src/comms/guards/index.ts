/** What every message, call and code that reaches a person passes, whatever the channel and the tool (C41). */
import type { AnyGuard } from '../../guard/guard.ts';
import type { Carriers } from '../ports.ts';
import { approvalGuard } from './approval.ts';
import { channelGuard } from './channel.ts';
import { consentGuard } from './consent.ts';
import { contactFrequencyGuard } from './contact-frequency.ts';
import { ratesGuard } from './rates.ts';
import { recipientGuard } from './recipient.ts';
import { spendGuard } from './spend.ts';
import { suppressionGuard } from './suppression.ts';
import { whatsappWindowGuard } from './whatsapp.ts';

export interface OutreachPolicy {
  readonly carriers: Carriers;
  /** How long an approval may be waited for. */
  readonly approvalTtlMs: number;
}

export const outreachGuards = ({ carriers, approvalTtlMs }: OutreachPolicy): readonly AnyGuard[] => [
  channelGuard(carriers),
  recipientGuard,
  suppressionGuard,
  consentGuard,
  whatsappWindowGuard,
  ratesGuard,
  contactFrequencyGuard,
  spendGuard,
  approvalGuard(approvalTtlMs),
];
