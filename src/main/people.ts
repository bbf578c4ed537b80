/** How people come in, put together over the store. */
import { availableParallelism } from 'node:os';
import type { Alerts } from '../guard/alerts.ts';
import type { ApprovalSigning } from '../guard/approval-signing.ts';
import { createApprovalSigning } from '../identity/factors/approval-signing.ts';
import { createCodeStepUp } from '../identity/factors/code-step-up.ts';
import { createOidcProvider, type OidcSettings } from '../identity/factors/oidc.ts';
import { createOidcSignIn } from '../identity/factors/oidc-sign-in.ts';
import { createOwnFactors } from '../identity/factors/own-factors.ts';
import { createPasskeyEnrolment } from '../identity/factors/passkey-enrolment.ts';
import { createPasskeySignIn } from '../identity/factors/passkey-sign-in.ts';
import { createPasskeySteps } from '../identity/factors/passkey-step.ts';
import { createPasswordEnrolment } from '../identity/factors/password-enrolment.ts';
import { createPasswordHashing, type Derive } from '../identity/factors/password-hashing.ts';
import { createPasswordSignIn } from '../identity/factors/password-sign-in.ts';
import { createCeremonies } from '../identity/people/ceremonies.ts';
import { createLinks } from '../identity/people/links.ts';
import { createSessions } from '../identity/people/sessions.ts';
import { createSocketTickets } from '../identity/people/socket-tickets.ts';
import { organizationNames } from '../identity/people/views.ts';
import { relyingParty } from '../identity/rules/relying-party.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Entropy } from '../kernel/entropy.ts';
import type { Ids } from '../kernel/ids.ts';
import type { People } from '../server/people/route.ts';
import type { Store } from '../store/open.ts';
import type { Settings } from './settings.ts';

export interface PeopleParts {
  readonly store: Pick<Store, 'people' | 'guesses' | 'tenancy'>;
  readonly settings: Pick<Settings, 'oidcIssuer' | 'oidcClientId' | 'oidcClientSecret' | 'oidcLabel'>;
  readonly alerts: Alerts;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly ids: Ids;
  /** Where people sign in, without a slash at its end. */
  readonly publicUrl: string;
  /** For tests: instead of argon2id. */
  readonly derive?: Derive | undefined;
}

export function createPeople(parts: PeopleParts): People & { readonly approvals: ApprovalSigning } {
  const { publicUrl, alerts, clock, entropy, ids, derive } = parts;
  const { people: store, guesses, tenancy } = parts.store;
  const sessions = createSessions({ store, clock, entropy, ids });
  const ceremonies = createCeremonies({ store, clock, entropy });
  const links = createLinks({ store, ceremonies, sessions, clock, ids });
  const hashing = createPasswordHashing({ entropy, cores: availableParallelism(), ...(derive && { derive }) });
  const issuer = new URL(publicUrl).hostname;
  const rp = relyingParty(publicUrl);
  const steps = createPasskeySteps({ rp, store, ceremonies, entropy });
  const identityProvider = oidcSettings(parts.settings);
  const oidc =
    identityProvider === null
      ? null
      : createOidcSignIn({
          provider: createOidcProvider({ settings: identityProvider, publicUrl, clock, entropy }),
          ...{ store, ceremonies, links, sessions, clock },
        });
  return {
    ...{ store, sessions, ceremonies, links, oidc },
    passwordSignIn: createPasswordSignIn({ store, guesses, ceremonies, sessions, hashing, clock, entropy }),
    passwordEnrolment: createPasswordEnrolment({ store, ceremonies, links, hashing, clock, entropy, issuer }),
    ownFactors: createOwnFactors({
      ...{ store, ceremonies, sessions, hashing, clock, entropy, issuer },
      oidc: oidc !== null,
    }),
    codeStepUp: createCodeStepUp({ store, guesses, hashing, clock }),
    passkeys: {
      offered: rp !== null,
      signIn: createPasskeySignIn({ steps, store, sessions, alerts, clock }),
      enrolment: createPasskeyEnrolment({ steps, ceremonies, links, store, oidc: oidc !== null, clock, ids }),
    },
    approvals: createApprovalSigning({ steps, store, alerts, clock }),
    tickets: createSocketTickets({ store, clock, entropy }),
    organizationName: organizationNames(tenancy),
  };
}

/** All four are set, or none (settings.ts). */
function oidcSettings({
  oidcIssuer: issuer,
  oidcClientId: clientId,
  oidcClientSecret: clientSecret,
  oidcLabel: label,
}: PeopleParts['settings']): OidcSettings | null {
  if (issuer === null || clientId === null || clientSecret === null || label === null) return null;
  return { issuer, clientId, clientSecret, label };
}
