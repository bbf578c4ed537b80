/**
 * Nobody is marketed to more often than the law of their place lets one caller (Fla. Stat. 501.616(6)(b) and others:
 * `law/`). The caller is the organisation: what all its agents do counts together, on the channels that the law names.
 */
import { guard } from '../../guard/guard.ts';
import type { Cap, Take } from '../../guard/take.ts';
import { DAY_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { ofContact } from '../fences.ts';
import type { LegalCap } from '../law/contact-caps.ts';
import { type Contacting, capsFor, isCounted } from '../lawful.ts';
import { LAW_SERIES, legallyCounted } from '../meters.ts';
import { recipientPlace } from '../needs.ts';
import { contactOf } from '../recipient.ts';

/** The longest window of any law. */
const KEPT_MS = 30 * DAY_MS;

const seriesOf = (meter: string, contact: string, caps: readonly LegalCap[]): Take => ({
  meter,
  contact,
  amount: 1,
  caps: caps.map(capOf),
  keptMs: KEPT_MS,
});

/** What one contact more asks of one cap. */
export const capTake = (cap: LegalCap, contact: string): Take => seriesOf(legallyCounted(cap.channels), contact, [cap]);

const capOf = ({ limit, windowMs, name, source }: LegalCap): Cap => ({
  limit,
  window: { ms: windowMs },
  code: 'contact_frequency',
  name,
  source,
});

export const legalFrequencyGuard = guard<Contacting>()({
  id: 'legal-frequency',
  stage: 'limit',
  needs: { place: recipientPlace },
  fences: ofContact,
  judge({ input }, { place }) {
    if (!isCounted(input)) return [];
    const contact = known(contactOf(input), 'readable address');
    const caps = Map.groupBy(capsFor(input, place), ({ channels }) => legallyCounted(channels));
    const meters = new Set([
      ...LAW_SERIES.filter((channels) => channels.includes(input.channel)).map(legallyCounted),
      ...caps.keys(),
    ]);
    return [...meters].map((meter) => ({ is: 'take', take: seriesOf(meter, contact, caps.get(meter) ?? []) }));
  },
});
