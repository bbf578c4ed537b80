/** The shapes of the API that these pages use. Times are RFC 3339 text. */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';

export type { AuthenticationResponseJSON, RegistrationResponseJSON };

export type Role = 'viewer' | 'operator' | 'admin' | 'owner' | 'auditor';

export interface Person {
  readonly id: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly status: 'invited' | 'active' | 'suspended';
  /** Of the platform, which has organisations, rather than of one organisation. */
  readonly platform: boolean;
  readonly factors: {
    readonly password: boolean;
    readonly totp: boolean;
    readonly passkeys: number;
    readonly recoveryCodes: number;
    readonly oidc: boolean;
  };
  readonly createdAt: string;
  readonly lastSignInAt: string | null;
}

export interface SessionInfo {
  readonly id: string;
  readonly steppedUpUntil: string | null;
}

export interface Signed {
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly person: Person;
  readonly session: SessionInfo;
}

export interface Methods {
  readonly password: boolean;
  readonly passkey: boolean;
  readonly oidc: { readonly label: string } | null;
  /** Nobody is there yet. */
  readonly setUp: boolean;
}

export interface LinkInfo {
  readonly kind: 'set_up' | 'invitation' | 'recovery';
  readonly organizationName: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly role: Role;
  readonly expiresAt: string;
}

export interface Ceremony {
  readonly ceremony: string;
}
export interface CreationCeremony extends Ceremony {
  readonly options: PublicKeyCredentialCreationOptionsJSON;
}
export interface RequestCeremony extends Ceremony {
  readonly options: PublicKeyCredentialRequestOptionsJSON;
}

export interface TotpSecret {
  /** Base32, for those who can't scan. */
  readonly secret: string;
  /** `otpauth://totp/…` */
  readonly uri: string;
}

export interface RecoveryCodes {
  readonly recoveryCodes: readonly string[];
}

export interface SteppedUp {
  readonly steppedUpUntil: string;
}

export interface OpenSession {
  readonly id: string;
  readonly current: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
  readonly device: string;
  readonly factors: readonly string[];
  readonly steppedUpUntil: string | null;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly backedUp: boolean;
}

export interface ShownLink {
  readonly link: string;
  readonly expiresAt: string;
}

export interface ApiKey {
  readonly keyId: string;
  readonly name: string;
  /** Neither revoked nor over. */
  readonly works: boolean;
  readonly scopes: readonly string[];
  readonly cidrs: readonly string[];
  readonly expiresAt: string | null;
  readonly requestsPerMinute: number | null;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly cidrs: readonly string[];
  readonly expiresAt?: string;
  readonly requestsPerMinute?: number;
}
