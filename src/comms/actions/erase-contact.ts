/**
 * Erases a person (GDPR 17): key, address, texts, consents, what is under way. The receipt says what was erased and where the
 * log tells of it, and names nobody. What binds in the person's favour survives as a keyed hash alone (GDPR 17(3)(b)): an
 * opt-out, a do-not-contact entry. A repeat that finds nothing new answers the receipt of the first.
 *
 * The reason is one of a list: free text would be a new text about the person.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { type NamedContact, namedContact } from '../contact.ts';
import { commsFacts, ERASURE_REASONS, type PersonalData } from '../facts.ts';
import { contactFence } from '../fences.ts';
import { contactGuard } from '../guards/contact.ts';
import { commsWrite } from '../writes.ts';

/**
 * In normal form, or else as it came: who wrote from what is no address to send to (a mailbox with a quoted or non-ASCII
 * name) is kept by that text, and must not be kept for ever because of it.
 */
function erasedAddress(input: NamedContact): string {
  const address = namedContact(input);
  return address.ok ? address.value : input.contact;
}

const dataNeed = need<NamedContact>()(commsFacts.personalData, ({ input }) => erasedAddress(input));

/** What is neither an address nor anybody who is kept by that text is a mistake, and must not be answered with a receipt. */
const knownOrAddressGuard = guard<NamedContact>()({
  id: 'contact',
  stage: 'validate',
  needs: { data: dataNeed },
  judge(request, { data }) {
    const kept = data !== null && (!isEmpty(data) || data.before !== null);
    return kept ? [] : contactGuard.judge(request, {});
  },
});

/** Whatever is being admitted about the person waits for this, or is seen by it. */
const aloneGuard = guard<NamedContact>()({
  id: 'erasure',
  stage: 'validate',
  needs: {},
  fences: ({ input }) => [contactFence(erasedAddress(input))],
  judge: () => [],
});

const count = z.int().min(0);

export const eraseContact = (): AnyAction =>
  stateAction({
    name: 'comms.erase_contact',
    version: 1,
    says: 'Erases all that is kept about a person, keeps opt-outs in force as a keyed hash alone, and answers a receipt.',
    input: z.object({
      contact: field
        .address(1_000)
        .describe(
          'A phone number in international form or a mail address; of who wrote from neither, the sender as the message has it.',
        ),
      reason: z
        .enum(ERASURE_REASONS)
        .default('request')
        .describe('The ground of GDPR 17(1): request, or one of its letters.'),
      suppress: z
        .boolean()
        .default(false)
        .describe('True: also puts the person on the do-not-contact list, as a keyed hash alone.'),
    }),
    output: z.object({
      erasedAt: z.string(),
      already: z.boolean().describe('True: nothing was left; this is the receipt of the erasure before.'),
      reason: z.enum(ERASURE_REASONS),
      subject: z.string().describe('A keyed hash that stands for the person, here and in the log.'),
      erased: z.object({
        messages: count,
        attachments: count,
        consents: count,
        relationships: count,
        cancelled: count.describe('Actions that were under way or waited for approval.'),
      }),
      kept: z.object({
        suppressions: count.describe('In force as a keyed hash, without address or source.'),
        figures: count.describe('Messages of which channel, time, parts and cost are left.'),
      }),
      log: z.object({
        actionId: z.string().describe('audit_prove proves its entries.'),
        state: z.enum(['recorded', 'provable']),
        leaf: z.int().nullable().describe('Null while it is recorded and not yet sequenced, a second at most.'),
      }),
      copies: z.string().describe('What holds for copies of the database that were made earlier.'),
    }),
    access: 'org:admin',
    subject: 'organization',
    forPlatform: true,
    forSuspended: true, // a person's right, whatever the organisation did
    risk: 'critical',
    sensitive: true,
    guards: [knownOrAddressGuard, aloneGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { data: dataNeed },
    change({ by, input, now }, facts, mint) {
      const data = known(facts.data, 'personal data');
      const { subject, counts, key } = data;
      const earlier = data.before !== null && isEmpty(data) && !input.suppress ? data.before : null;
      if (earlier !== null) {
        const log = {
          actionId: earlier.action,
          state: earlier.leaf === null ? RECORDED : PROVABLE,
          leaf: earlier.leaf,
        };
        return { writes: [], output: receipt(data.suppressions, { ...earlier, subject, already: true, log }) };
      }
      const contact = erasedAddress(input);
      const { reason } = input;
      const suppress = input.suppress ? { id: mint.id('sup'), by: by.id } : null;
      const suppressions = data.suppressions + (suppress === null ? 0 : 1);
      const log = { actionId: mint.action, state: RECORDED, leaf: null };
      return {
        writes: [
          guardWrite('fence.bump', contactFence(contact)),
          commsWrite('contact.erase', {
            contact,
            subject,
            counts,
            key,
            reason,
            action: mint.action,
            at: now,
            suppress,
          }),
        ],
        output: receipt(suppressions, { subject, at: now, reason, key, counts, already: false, log }),
      };
    },
  });

const RECORDED = 'recorded' as const;
const PROVABLE = 'provable' as const;

const isEmpty = ({ key, counts }: PersonalData): boolean =>
  key === null && Object.values(counts).every((count) => count === 0);

type Erased = Pick<NonNullable<PersonalData['before']>, 'at' | 'reason' | 'key' | 'counts'> & {
  readonly subject: string;
  readonly already: boolean;
  readonly log: { readonly actionId: string; readonly state: 'recorded' | 'provable'; readonly leaf: number | null };
};

const receipt = (suppressions: number, { subject, at, reason, key, counts, already, log }: Erased) => ({
  erasedAt: rfc3339(at),
  already,
  reason,
  subject,
  erased: { ...counts },
  kept: { suppressions, figures: counts.messages },
  log,
  copies:
    key === null
      ? 'Nothing was sealed under a key of the person.'
      : `Copies made earlier are unreadable once the encryption key ${key} is destroyed: sallyport vault rotate, then sallyport vault drop ${key}.`,
});
