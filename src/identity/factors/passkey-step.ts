/** What the ceremonies of passkeys have in common: a step that holds a challenge, and the end of one that failed. */

import { fromBase64url, toBase64url } from '../../kernel/encoding.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { OrgId, PersonId } from '../../kernel/ids.ts';
import type { Write } from '../../kernel/write.ts';
import type { Ceremonies } from '../people/ceremonies.ts';
import { committed } from '../people/committed.ts';
import type { AuthenticationEvent, CeremonyRecord, PeopleStore } from '../people/ports.ts';
import type { RelyingParty } from '../rules/relying-party.ts';
import { CHALLENGE_BYTES, PASSKEY_CEREMONY_MS } from './passkeys.ts';

export const PASSKEY = 'passkey';

/** What a browser needs for its part. */
export interface Asked<Options> {
  readonly ceremony: string;
  readonly options: Options;
}

export interface PasskeySteps {
  /** @throws SallyportError `conflict` where this server can be no relying party. */
  readonly rp: () => RelyingParty;
  /**
   * @param data what the step's end needs besides its challenge; JSON.
   * @param optionsOf what the browser is asked, with this challenge.
   */
  begin<Options>(
    step: {
      readonly kind: string;
      readonly of?: { readonly org: OrgId; readonly person: PersonId | null };
      readonly data?: object;
      /** As long as the browser waits, unless said. */
      readonly lifeMs?: number;
    },
    optionsOf: (challenge: Uint8Array) => Promise<Options>,
  ): Promise<Asked<Options>>;
  /** Null: mistyped, of another ceremony, taken, run out. */
  resume<Data>(token: string, kind: string): Promise<Resumed<Data> | null>;
  /** Takes a step whose answer was not good: a challenge is for one answer. Logs the failure. */
  fail(step: Resumed<unknown>, event: AuthenticationEvent, org?: OrgId): Promise<void>;
}

export interface Resumed<Data> {
  readonly record: Pick<CeremonyRecord, 'hash' | 'org' | 'person'>;
  readonly challenge: Uint8Array;
  readonly data: Data;
  /** To be committed with what it leads to. */
  readonly take: Write;
}

export interface PasskeyStepParts {
  readonly rp: RelyingParty | null;
  readonly store: Pick<PeopleStore, 'step' | 'commit'>;
  readonly ceremonies: Ceremonies;
  readonly entropy: Entropy;
}

const NO_PARTY =
  'Browsers make no passkeys for this address. PUBLIC_URL has to begin with https:// and a host name (no IP address), or be http://localhost.';

export function createPasskeySteps({ rp, store, ceremonies, entropy }: PasskeyStepParts): PasskeySteps {
  return {
    rp() {
      if (rp === null) throw new SallyportError('conflict', NO_PARTY);
      return rp;
    },
    async begin({ kind, of, data = {}, lifeMs = PASSKEY_CEREMONY_MS }, optionsOf) {
      const challenge = entropy.bytes(CHALLENGE_BYTES);
      const options = await optionsOf(challenge);
      const step = ceremonies.open({
        kind,
        ...(of && { of }),
        data: { ...data, challenge: toBase64url(challenge) },
        lifeMs,
      });
      await store.step(step.org, step.write);
      return { ceremony: step.token, options };
    },
    async resume<Data>(token: string, kind: string) {
      const record = await ceremonies.attempt(token, kind);
      if (record === null) return null;
      const { challenge, ...data } = record.data as { readonly challenge: string }; // as `begin` sealed it
      return { record, challenge: fromBase64url(challenge)!, data: data as Data, take: ceremonies.take(record) };
    },
    async fail({ record, take }, event, org = record.org) {
      await committed(store.commit(org, event, [take]));
    },
  };
}
