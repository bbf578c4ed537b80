/**
 * Friendlier names for actions, where one reads better than the derived `sallyport <room> <verb>`. Each is the same action
 * with the same options; nothing is written by hand but the name and which fields are arguments.
 */
import type { Body } from './action-command.ts';
import { peopleRows, sessionRows } from './people-rows.ts';

export interface Alias {
  readonly command: readonly [group: string, name: string];
  readonly action: string;
  readonly positional: readonly string[];
  /** What a terminal shows of the answer, where that is not all of it. */
  readonly shows?: (body: Body) => Body;
}

export const GROUPS: Readonly<Record<string, string>> = {
  agent: 'Agents: make them, limit them, end them.',
  token: "Agents' tokens.",
  key: 'API keys of programs: make them, see when each was used, revoke them.',
  service: 'Programs that come with a certificate or with tokens that they sign.',
  org: 'Organisations (tenants).',
  user: 'People: invite them, give them roles, keep them out, recover them.',
  session: "People's sessions: where somebody is signed in, signing them out.",
  grant: 'Exceptions from what a role, key or token may do.',
  vault: 'Encryption keys: which there are, changing them.',
  approval: 'Actions that wait for an approval.',
  alerts: 'Alerts: what was told, to whom, and whether it arrived.',
};

const alias = (command: string, action: string, ...positional: readonly string[]): Alias => {
  const [group = '', name = ''] = command.split(' ');
  return { command: [group, name], action, positional };
};

export const ALIASES: readonly Alias[] = [
  alias('agent provision', 'comms.provision_channels', 'displayName'),
  alias('agent list', 'comms.get_usage_dashboard'),
  alias('agent limits', 'comms.set_agent_limits', 'agentId'),
  alias('agent policy', 'comms.set_approval_policy', 'agentId', 'policy'),
  alias('agent pause', 'comms.pause_agent', 'agentId'),
  alias('agent resume', 'comms.resume_agent', 'agentId'),
  alias('agent anomalies', 'comms.set_anomaly_policy', 'agentId', 'onAnomaly'),
  alias('agent deprovision', 'comms.deprovision_channels', 'agentId'),
  alias('token list', 'identity.list_agent_tokens', 'agentId'),
  alias('token rotate', 'identity.rotate_agent_token', 'agentId'),
  alias('token revoke', 'identity.revoke_agent_token', 'agentId'),
  alias('key list', 'identity.list_api_keys'),
  alias('key create', 'identity.create_api_key', 'name'),
  alias('key revoke', 'identity.revoke_api_key', 'keyId'),
  alias('service list', 'identity.list_services'),
  alias('service register', 'identity.register_service', 'name'),
  alias('service remove', 'identity.remove_service', 'serviceId'),
  alias('org list', 'comms.list_organizations'),
  alias('org create', 'comms.create_organization', 'slug'),
  alias('user invite', 'identity.invite_person', 'email'),
  { ...alias('user list', 'identity.list_people'), shows: peopleRows },
  alias('user role', 'identity.set_person_role', 'personId', 'role'),
  alias('user suspend', 'identity.suspend_person', 'personId'),
  alias('user reinstate', 'identity.reinstate_person', 'personId'),
  alias('user remove', 'identity.remove_person', 'personId'),
  alias('user recover', 'identity.recover_person', 'personId'),
  alias('user set-up-link', 'identity.create_set_up_link'),
  { ...alias('session list', 'identity.list_sessions', 'personId'), shows: sessionRows },
  alias('session end', 'identity.end_sessions', 'personId'),
  alias('grant list', 'identity.list_grants'),
  alias('grant create', 'identity.create_grant', 'principal', 'effect', 'action'),
  alias('grant remove', 'identity.remove_grant', 'grantId'),
  alias('vault drop', 'vault.drop_key', 'kid'),
  alias('org show', 'comms.get_organization'),
  alias('org suspend', 'comms.suspend_organization'),
  alias('org reinstate', 'comms.reinstate_organization'),
  alias('approval list', 'comms.list_held'),
  alias('approval approve', 'comms.approve', 'actionId'),
  alias('approval deny', 'comms.deny', 'actionId'),
  alias('alerts list', 'comms.list_alerts'),
  alias('alerts routes', 'comms.set_alert_routes'),
  alias('alerts test', 'comms.test_alert'),
];
