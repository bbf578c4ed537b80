/** What every message, call and code that reaches a person passes, whatever the channel and the tool (C41). */
import type * as z from 'zod';
import type { AnyGuard } from '../../guard/guard.ts';
import { leavingTexts, outputFilter } from '../../guard/guards/output-filter.ts';
import { textFields } from '../../guard/input/inspect.ts';
import type { OutputBook } from '../../guard/output/book.ts';
import type { Carriers } from '../ports.ts';
import { everyHtmlWord, htmlText } from '../rules/html-text.ts';
import { aiDisclosureGuard } from './ai-disclosure.ts';
import { approvalGuard } from './approval.ts';
import { callingWindowGuard } from './calling-window.ts';
import { channelGuard } from './channel.ts';
import { consentGuard } from './consent.ts';
import { contactFrequencyGuard } from './contact-frequency.ts';
import { type ContentPolicy, contentGuard } from './content.ts';
import { flowGuard } from './flow.ts';
import { legalFrequencyGuard } from './legal-frequency.ts';
import { ratesGuard } from './rates.ts';
import { recipientGuard } from './recipient.ts';
import { recordingConsentGuard } from './recording-consent.ts';
import { sendingRegistrationGuard } from './registration.ts';
import { spendGuard } from './spend.ts';
import { suppressionGuard } from './suppression.ts';
import { whatsappWindowGuard } from './whatsapp.ts';

export interface OutreachPolicy {
  readonly carriers: Carriers;
  /** How long an approval may be waited for. */
  readonly approvalTtlMs: number;
  readonly contentPolicy: ContentPolicy;
  /** What must not leave. */
  readonly outputBook: OutputBook;
}

const htmlWords = (html: string): readonly string[] => [htmlText(html), everyHtmlWord(html)];

/**
 * @param input the action's own schema: its texts are what the content filter reads.
 * @param whole with what no person reads; nothing unless said.
 */
export const outreachGuards = (
  { carriers, approvalTtlMs, contentPolicy, outputBook }: OutreachPolicy,
  input: z.ZodObject,
  whole: z.ZodObject = input,
): readonly AnyGuard[] => [
  channelGuard(carriers),
  recipientGuard,
  contentGuard(contentPolicy, textFields(input)),
  outputFilter(leavingTexts(textFields(whole), htmlWords), outputBook),
  suppressionGuard,
  consentGuard,
  callingWindowGuard,
  aiDisclosureGuard,
  recordingConsentGuard,
  sendingRegistrationGuard,
  whatsappWindowGuard,
  ratesGuard,
  contactFrequencyGuard,
  legalFrequencyGuard,
  spendGuard,
  approvalGuard(approvalTtlMs),
  flowGuard(whole, approvalTtlMs),
];
