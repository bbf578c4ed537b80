/**
 * Says where a contact lives: whose law and whose clock its messages and calls follow. An administrator says it, never the
 * agent: one that chose the time zone could call at three in the morning. What is said replaces all that was said before.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { addressOf } from '../contact.ts';
import type { ContactPlace } from '../facts.ts';
import { contactFence } from '../fences.ts';
import { contactGuard } from '../guards/contact.ts';
import { placeGuard } from '../guards/place.ts';
import { zoneName } from '../rules/place.ts';
import { commsWrite } from '../writes.ts';
import { placeView, viewOfPlace } from './place-view.ts';

export const setContactPlace = (): AnyAction =>
  stateAction({
    name: 'comms.set_contact_place',
    version: 1,
    says: 'Says where a contact lives, so that calling hours, limits and recording follow that place instead of what the number suggests.',
    input: z.object({
      contact: field.address().describe('A phone number in international form or a mail address.'),
      zone: field.code(64).optional().describe('IANA time zone, such as America/New_York.'),
      country: field.code(2).optional().describe('ISO 3166-1 alpha-2, such as US.'),
      region: field.code(2).optional().describe('US state or Canadian province, such as FL; needs the country.'),
      clear: z.boolean().default(false).describe('True: takes back what was said.'),
    }),
    output: z.object({ contact: z.string(), place: placeView }),
    access: 'org:admin',
    subject: 'organization',
    risk: 'high',
    guards: [contactGuard, placeGuard],
    doors: ['mcp', 'rest', 'cli'],
    contact: addressOf,
    needs: {},
    change({ input, now }) {
      const contact = addressOf(input);
      const { zone, country = null, region = null, clear } = input;
      const place: ContactPlace | null = clear
        ? null
        : { zone: zone === undefined ? null : zoneName(zone), country, region, at: now };
      return {
        writes: [commsWrite('contact.place', { contact, place }), guardWrite('fence.bump', contactFence(contact))],
        output: { contact, place: viewOfPlace(place) },
      };
    },
  });
