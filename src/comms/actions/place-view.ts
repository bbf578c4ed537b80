/** Where a contact lives, as answers tell it. */
import * as z from 'zod';
import { rfc3339 } from '../../kernel/time.ts';
import type { ContactPlace } from '../facts.ts';

export const placeView = z
  .object({
    zone: z.string().nullable(),
    country: z.string().nullable(),
    region: z.string().nullable(),
    since: z.string(),
  })
  .nullable()
  .describe('Where the contact lives, as an administrator has said it; null: only the number tells.');

export const viewOfPlace = (place: ContactPlace | null): z.output<typeof placeView> =>
  place === null ? null : { zone: place.zone, country: place.country, region: place.region, since: rfc3339(place.at) };
