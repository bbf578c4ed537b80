/**
 * Invites somebody, by a link that is shown once and for the Owner to pass on: mail is no proof of who reads it. Inviting
 * somebody who has not accepted yet replaces the link, the name and the role.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../../guard/action.ts';
import { field } from '../../../guard/input/fields.ts';
import { normalMailAddress } from '../../../kernel/mail-address.ts';
import { rfc3339 } from '../../../kernel/time.ts';
import { known } from '../../../tenancy/known.ts';
import { byMailNeed, givableRole, mailAddressOfNobody } from '../../guards/people.ts';
import { linkAddress, mintLink } from '../../people/links.ts';
import { personName } from '../../rules/person.ts';
import { ROLES } from '../../rules/roles.ts';
import { identityWrite } from '../../writes.ts';

export const invitePerson = (publicUrl: string): AnyAction =>
  stateAction({
    name: 'identity.invite_person',
    version: 1,
    says: 'Invites a person by a link that is good for 72 hours and shown once; inviting them again replaces it.',
    input: z.object({
      email: field
        .address()
        .refine((raw) => normalMailAddress(raw) !== null, 'must be a mail address alone, such as bob@example.com')
        .describe('Their mail address, which nobody else on this server has. Nothing is sent to it.')
        .meta({ examples: ['bob@example.com'] }),
      name: personName.describe('Their name, as others see it.'),
      role: z.enum(ROLES).describe('What they may do.'),
    }),
    output: z.object({ personId: z.string(), link: z.string(), expiresAt: z.string() }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    namesOrganization: true,
    risk: 'critical',
    sensitive: true,
    guards: [givableRole, mailAddressOfNobody],
    doors: ['rest', 'cli'],
    http: { method: 'POST', path: '/users' },
    secretOutput: ['link'],
    needs: { there: byMailNeed },
    change({ by, input, now }, { there }, mint) {
      const { name, role } = input;
      const email = known(normalMailAddress(input.email), 'mail address');
      if (there === 'elsewhere') throw new TypeError('an earlier guard should have refused');
      const id = there?.id ?? mint.id('usr');
      const link = mintLink((n) => mint.bytes(n), 'invitation', id, now);
      return {
        writes: [
          there === null
            ? identityWrite('person.create', { id, email, name, role, createdAt: now })
            : identityWrite('person.invite-again', { id, name, role }),
          link.write,
          identityWrite('authentication.tell', { event: 'link_made', person: id, method: 'invitation', by: by.id }),
        ],
        output: { personId: id, link: linkAddress(publicUrl, link.token), expiresAt: rfc3339(link.expiresAt) },
      };
    },
  });
