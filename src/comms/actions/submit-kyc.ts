/** An organisation asks for production: who it is and what it wants to send. After a rejection it may ask again. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { countryField } from '../capabilities.ts';
import { ownOrganization } from '../needs.ts';
import { standingGuard, stepped } from '../organization-standing.ts';
import { normalMail } from '../rules/address.ts';
import { commsWrite } from '../writes.ts';

interface Input {
  readonly website: string;
  readonly contactEmail?: string | undefined;
}

/** A reviewer opens the website, and writes to the address. */
const submissionGuard = guard<Input>()({
  id: 'submission',
  stage: 'validate',
  needs: {},
  judge({ input: { website, contactEmail } }) {
    const problem = (name: string, what: string) =>
      ({ is: 'deny', code: 'invalid_input', say: `${name}: ${what}`, source: 'form of a submission' }) as const;
    const url = URL.parse(website);
    const shown = url !== null && url.protocol === 'https:' && url.username === '' && url.hostname.includes('.');
    return [
      ...(shown ? [] : [problem('website', "the company's public address with https, such as https://acme.example.")]),
      ...(contactEmail === undefined || normalMail(contactEmail).ok
        ? []
        : [problem('contactEmail', 'a mail address, such as ops@acme.example.')]),
    ];
  },
});

export const submitKyc = (): AnyAction =>
  stateAction({
    name: 'comms.submit_kyc',
    version: 1,
    says: 'Asks for production: tells the operator of the server which company this is and what it will send.',
    input: z.object({
      company: field.name(200),
      website: field.url(500).describe("The company's website, with https."),
      useCase: field.prose(4_000).min(1).describe('Who will be written to, about what, and how they agreed to it.'),
      country: countryField.optional().describe('Where the company is: an ISO 3166 code of two capital letters.'),
      contactEmail: field.address().optional().describe('Where the reviewer may ask.'),
    }),
    output: z.object({ status: z.literal('pending_review'), submittedAt: z.string() }),
    access: 'org:admin',
    subject: 'organization',
    risk: 'high',
    guards: [submissionGuard, standingGuard(() => 'submit')],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization },
    change({ input, by, now }, facts, mint) {
      const { company, website, useCase } = input;
      const details = {
        ...{ company, website, useCase },
        country: input.country ?? null,
        contactEmail: input.contactEmail ?? null,
      };
      return {
        writes: [
          tenancyWrite('organization.update', stepped(facts.organization, 'submit')),
          commsWrite('kyc.submit', { id: mint.id('kyc'), details, by: by.id, action: mint.action, at: now }),
        ],
        output: { status: 'pending_review' as const, submittedAt: rfc3339(now) },
      };
    },
  });
