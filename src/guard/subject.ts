/**
 * In whose name a request acts. An agent's token acts for its own agent only (impersonation guard); an administrator
 * names an agent of its own organisation; only the orchestrator and who else is of the platform name an organisation. What a
 * caller may not see does not exist for it.
 */
import type { ErrorCode } from '../kernel/errors.ts';
import { type AgentId, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AnyAction } from './action.ts';
import type { Envelope } from './catalogue.ts';
import { isOfPlatform, type Principal } from './principal.ts';
import { sees } from './rights.ts';

export interface Subject {
  readonly org: OrgId;
  readonly agent: AgentId | null;
}

/** Where an agent lives; the only question that is asked across organisations, and only for who is of the platform. */
export interface AgentDirectory {
  organizationOf(agent: AgentId): Promise<OrgId | null>;
  hasOrganization(org: OrgId): Promise<boolean>;
  readonly defaultOrganization: OrgId;
}

type Denied = { readonly code: ErrorCode; readonly say: string; readonly path: string; readonly source: string };

export async function subjectOf(
  by: Principal,
  action: Pick<AnyAction, 'access' | 'subject' | 'forPlatform' | 'namesOrganization'>,
  envelope: Envelope,
  directory: AgentDirectory,
): Promise<Result<Subject, Denied>> {
  if (isOfPlatform(by)) return orchestrated(by, action, envelope, directory);
  if (envelope.organizationId !== undefined && envelope.organizationId !== by.org)
    return err(notFound('organizationId'));
  if (by.agent !== null) {
    if (envelope.agentId !== undefined && envelope.agentId !== by.agent) return err(OTHER_AGENT);
    return ok({ org: by.org, agent: by.agent });
  }
  return named(action, by.org, envelope.agentId as AgentId | undefined);
}

async function orchestrated(
  by: Principal,
  action: Pick<AnyAction, 'access' | 'subject' | 'forPlatform' | 'namesOrganization'>,
  envelope: Envelope,
  directory: AgentDirectory,
): Promise<Result<Subject, Denied>> {
  if (action.subject === 'platform') return ok({ org: PLATFORM_ORG, agent: null });
  const mustName = action.access === 'platform:admin' || action.namesOrganization === true;
  if (mustName && envelope.organizationId === undefined) return err(action.forPlatform ? UNNAMED_OR_PLATFORM : UNNAMED);
  const agent = envelope.agentId as AgentId | undefined;
  if (envelope.organizationId !== undefined) {
    const org = envelope.organizationId as OrgId;
    const there = org === PLATFORM_ORG ? action.forPlatform === true : await directory.hasOrganization(org);
    return there ? named(action, org, agent) : err(notFound('organizationId'));
  }
  if (agent === undefined) return named(action, directory.defaultOrganization, agent);
  const home = sees(by, agent) ? await directory.organizationOf(agent) : null;
  return home === null ? err(notFound('agentId')) : ok({ org: home, agent });
}

function named(
  action: Pick<AnyAction, 'subject' | 'forPlatform'>,
  org: OrgId,
  agent: AgentId | undefined,
): Result<Subject, Denied> {
  if (action.subject === 'agent' && agent === undefined) {
    return err({
      code: 'invalid_input',
      path: 'agentId',
      say: 'Name the agent to act for in agentId.',
      source: 'an action for an agent names it',
    });
  }
  return ok({ org, agent: agent ?? null });
}

const notFound = (path: string): Denied => ({
  code: 'not_found',
  path,
  say: `There is no such ${path === 'agentId' ? 'agent' : 'organisation'}.`,
  source: 'tenant boundary',
});
/** What only the platform may do to an organisation is not done to the default one by leaving the name out. */
const UNNAMED: Denied = {
  code: 'invalid_input',
  path: 'organizationId',
  say: 'Name the organisation in organizationId.',
  source: 'a decision about an organisation names it',
};
const UNNAMED_OR_PLATFORM: Denied = {
  ...UNNAMED,
  say: 'Name the organisation in organizationId; the server itself is org_platform.',
};
const OTHER_AGENT: Denied = {
  code: 'agent_mismatch',
  path: 'agentId',
  say: 'This token acts for its own agent only. Leave agentId out, or use the token of that agent.',
  source: 'impersonation guard: a token acts for its own agent',
};
