/** A new tenant, in sandbox, with its first administrator's token. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { tenancyFacts } from '../../tenancy/facts.ts';
import { DEFAULT_TIER } from '../../tenancy/limits.ts';
import { NEW_STANDING, type Organization } from '../../tenancy/organization.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import type { AdminTokens } from '../ports.ts';
import { organizationView, viewOfOrganization } from './organization-view.ts';

interface Input {
  readonly slug: string;
}

export const freeSlugGuard = guard<Input>()({
  id: 'free-slug',
  stage: 'validate',
  needs: { taken: need<Input>()(tenancyFacts.slugTaken, ({ input }) => input.slug) },
  judge: ({ input }, { taken }) =>
    taken === null
      ? []
      : [
          {
            is: 'deny',
            code: 'conflict',
            say: `slug: ${input.slug} is taken; choose another.`,
            source: 'a slug is of one organisation',
            fact: 'field slug',
          },
        ],
});

export const createOrganization = (tokens: AdminTokens): AnyAction =>
  stateAction({
    name: 'comms.create_organization',
    version: 1,
    says: "Creates an organisation in sandbox and returns its administrator's token, which is shown once.",
    input: z.object({
      name: field.name(100),
      slug: field
        .code(40)
        .regex(
          /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
          'must be lower-case letters, digits and single dashes, and begin with a letter',
        )
        .describe('A short name, unique on this server, such as acme.'),
    }),
    output: organizationView.extend({ adminToken: z.string() }),
    access: 'platform:admin',
    subject: 'platform',
    risk: 'critical',
    sensitive: true,
    guards: [freeSlugGuard],
    doors: ['mcp', 'rest', 'cli'],
    secretOutput: ['adminToken'],
    needs: {},
    change({ input: { name, slug }, now }, _facts, mint) {
      const organization: Organization = {
        id: mint.id('org'),
        slug,
        name,
        ...NEW_STANDING,
        tier: DEFAULT_TIER,
        zone: 'UTC',
        createdAt: now,
      };
      const { token, write } = tokens.issue((n) => mint.bytes(n), mint.id('tok'), organization.id, now);
      return {
        writes: [tenancyWrite('organization.create', organization), write],
        output: { ...viewOfOrganization(organization), adminToken: token },
      };
    },
  });
