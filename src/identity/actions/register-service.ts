/**
 * Registers a program that proves itself without a secret of ours: by the name in its certificate, or by tokens that it
 * signs. A certificate's name is believed on the whole server, and the authority that gave it is the operator's: hence only
 * who is of the platform says whose name it is. Otherwise one organisation could register the name of another's program,
 * which would then act in the wrong one.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { known } from '../../tenancy/known.ts';
import { futureExpiry, givingGuard } from '../guards/giving.ts';
import { normalName } from '../rules/certificate-names.ts';
import type { Operation } from '../rules/granting.ts';
import { type GivenKey, publicKeyOf } from '../rules/public-key.ts';
import { identityWrite } from '../writes.ts';
import { type Given, givenFields, givenRow, time } from './given-fields.ts';

interface Input extends Given {
  readonly san?: string | undefined;
  readonly publicKey?: (GivenKey & { readonly kid?: string | undefined }) | undefined;
}

/** On the form it is for `validate`; whose name it is, for `authorise`. */
const certificateOfPlatform = guard<Input>()({
  id: 'certificate-of-platform',
  stage: 'authorise',
  needs: {},
  judge: ({ by, input }) =>
    input.san === undefined || by.scopes.has('platform:admin')
      ? []
      : [
          {
            is: 'deny',
            code: 'forbidden',
            say: 'san: only the server’s operator says whose certificate a name is; register a publicKey, or ask the operator.',
            source: 'a certificate’s name is of one service on the whole server',
          },
        ],
});

const proofForm = guard<Input>()({
  id: 'proof-form',
  stage: 'validate',
  needs: {},
  judge({ input: { san, publicKey } }): readonly Deny[] {
    const fault =
      (san === undefined) === (publicKey === undefined)
        ? 'Name either san, for a certificate, or publicKey, for tokens that it signs.'
        : san !== undefined && normalName(san) === null
          ? 'san: must be DNS: and a host name without a wildcard, or URI: and an address, such as URI:spiffe://example.com/crm.'
          : publicKey !== undefined && publicKeyOf(publicKey) === null
            ? 'publicKey: must be a public key of Ed25519 (kty OKP, x) or P-256 (kty EC, x and y) as a JSON Web Key.'
            : null;
    return fault === null ? [] : [{ is: 'deny', code: 'invalid_input', say: fault, source: 'form of a service' }];
  },
});

const publicKey = z
  .strictObject({
    kty: z.enum(['OKP', 'EC']),
    crv: z.enum(['Ed25519', 'P-256']),
    x: field.code(64),
    y: field.code(64).optional(),
    kid: field.code(100).optional().describe('If given, its tokens may name no other.'),
    alg: z.enum(['EdDSA', 'ES256']).optional(),
    use: z.literal('sig').optional(),
  })
  .describe('The public half of its key, as a JSON Web Key (RFC 7517). Never send the private half (d).');

export const registerService = (operations: () => readonly Operation[]): AnyAction =>
  stateAction({
    name: 'identity.register_service',
    version: 1,
    says: 'Registers a program that proves itself by a client certificate or by tokens that it signs, with its own rights.',
    input: z.object({
      ...givenFields,
      san: field
        .code(400)
        .optional()
        .describe('The name in its certificate: DNS:crm.example.com or URI:spiffe://example.com/crm.'),
      publicKey: publicKey.optional(),
    }),
    output: z.object({
      serviceId: z.string(),
      kind: z.enum(['certificate', 'key']),
      expiresAt: z.string().nullable(),
    }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    risk: 'critical',
    sensitive: true,
    http: { method: 'POST', path: '/services' },
    guards: [givingGuard(operations), certificateOfPlatform, proofForm, futureExpiry],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    change({ by, input, now }, _facts, mint) {
      const id = mint.id('svc');
      const row = givenRow(input, by.id, now);
      const { san, publicKey: given } = input;
      const proof =
        san === undefined
          ? { publicKey: known(publicKeyOf(known(given ?? null, 'key')), 'key'), kid: given?.kid ?? null }
          : { san: known(normalName(san), 'name') };
      return {
        writes: [identityWrite('service.register', { ...row, id, by: proof })],
        output: {
          serviceId: id,
          kind: san === undefined ? ('key' as const) : ('certificate' as const),
          expiresAt: time(row.expiresAt),
        },
      };
    },
  });
