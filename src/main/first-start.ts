/**
 * What the first start makes: the organisation `default` in sandbox, the orchestrator's token, and the link by which the first
 * person sets up. Idempotent: a later start finds them. The token is stored as a hash; whoever calls shows it once.
 */
import { mintLink } from '../identity/people/links.ts';
import { mintToken, tokenHash } from '../identity/token.ts';
import { identityWrite } from '../identity/writes.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { type Ids, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import type { Store } from '../store/open.ts';
import { DEFAULT_TIER } from '../tenancy/limits.ts';
import { NEW_STANDING } from '../tenancy/organization.ts';
import { tenancyWrite } from '../tenancy/writes.ts';

const DEFAULT_SLUG = 'default';

export interface Founded {
  readonly defaultOrganization: OrgId;
  readonly newOrchestratorToken: string | null;
  /** The token of the link by which the first Owner sets up, as long as there is nobody: a new one at every start. */
  readonly setUpToken: string | null;
}

interface Parts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly ids: Ids;
  /** The operator's own token, which replaces one that a former start made. */
  readonly chosenToken: string | null;
}

export async function foundPlatform(store: Store, parts: Parts): Promise<Founded> {
  return {
    defaultOrganization: await defaultOrganization(store, parts),
    newOrchestratorToken: await orchestrator(store, parts),
    setUpToken: await setUpLink(store, parts),
  };
}

async function defaultOrganization(store: Store, { clock, ids }: Parts): Promise<OrgId> {
  const known = await store.tenancy.organizationBySlug(DEFAULT_SLUG);
  if (known !== null) return known.id;
  const id = ids.next('org');
  const organization = {
    id,
    slug: DEFAULT_SLUG,
    name: 'Default',
    ...NEW_STANDING,
    tier: DEFAULT_TIER,
    zone: 'UTC',
    createdAt: clock.now(),
  } as const;
  try {
    await store.found(PLATFORM_ORG, 'organization_made', [tenancyWrite('organization.create', organization)]);
    return id;
  } catch (failure) {
    const first = await store.tenancy.organizationBySlug(DEFAULT_SLUG); // another server, starting at the same moment
    if (first === null) throw failure;
    return first.id;
  }
}

async function orchestrator(store: Store, { clock, entropy, ids, chosenToken }: Parts): Promise<string | null> {
  const known = await store.tokens.orchestratorHashes();
  const minted = chosenToken === null ? mintToken((n) => entropy.bytes(n), 'orchestrator') : null;
  const hash = minted?.hash ?? tokenHash(chosenToken!);
  if (chosenToken === null ? known.length > 0 : known.includes(hash) && known.length === 1) return null;
  await store.found(PLATFORM_ORG, 'orchestrator_token_set', [
    identityWrite('admin-token.replace', {
      id: ids.next('tok'),
      hash,
      org: PLATFORM_ORG,
      kind: 'orchestrator',
      createdAt: clock.now(),
    }),
  ]);
  return minted?.token ?? null;
}

async function setUpLink(store: Store, { clock, entropy }: Parts): Promise<string | null> {
  if (await store.people.any()) return null;
  const { token, write } = mintLink((n) => entropy.bytes(n), 'set_up', null, clock.now());
  await store.found(PLATFORM_ORG, 'set_up_link_made', [write]);
  return token;
}
