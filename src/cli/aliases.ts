/**
 * Friendlier names for actions, where one reads better than the derived `sallyport <room> <verb>`. Each is the same action
 * with the same options; nothing is written by hand but the name and which fields are arguments.
 */
import type { Body } from './action-command.ts';
import { peopleRows, sessionRows } from './people-rows.ts';
import { stopRows } from './stop-rows.ts';

export interface Alias {
  /** One word, or a group and a word. */
  readonly command: readonly [group: string, name: string] | readonly [name: string];
  readonly action: string;
  readonly positional: readonly string[];
  /** What a terminal shows of the answer, where that is not all of it. */
  readonly shows?: (body: Body) => Body;
}

export const GROUPS: Readonly<Record<string, string>> = {
  kill: 'Ends a thread, or what an agent has under way, and tells what could not be proven stopped.',
  pause: 'Holds a thread, an agent or the whole swarm; nothing is lost.',
  resume: 'Lets what was paused or stopped go on.',
  agent: 'Agents: make them, limit them, end them.',
  token: "Agents' tokens.",
  key: 'API keys of programs: make them, see when each was used, revoke them.',
  service: 'Programs that come with a certificate or with tokens that they sign.',
  org: 'Organisations (tenants).',
  user: 'People: invite them, give them roles, keep them out, recover them.',
  session: "People's sessions: where somebody is signed in, signing them out.",
  grant: 'Exceptions from what a role, key or token may do.',
  vault: 'Encryption keys: which there are, changing them.',
  thread: 'Conversations of the swarm: which there are, what was said.',
  swarm: 'The swarm: check, apply and look at its configuration.',
  approval: 'Actions that wait for an approval.',
  alerts: 'Alerts: what was told, to whom, and whether it arrived.',
};

const alias = (command: string, action: string, ...positional: readonly string[]): Alias => {
  const [group = '', name] = command.split(' ');
  return { command: name === undefined ? [group] : [group, name], action, positional };
};

export const ALIASES: readonly Alias[] = [
  alias('inject', 'swarm.inject', 'to', 'payload'),
  alias('approve', 'comms.approve', 'actionId'),
  alias('deny', 'comms.deny', 'actionId'),
  { ...alias('stop', 'swarm.emergency_stop'), shows: stopRows },
  { ...alias('kill thread', 'swarm.kill_thread', 'threadId'), shows: stopRows },
  { ...alias('kill agent', 'swarm.kill_agent', 'name'), shows: stopRows },
  alias('pause thread', 'swarm.pause_thread', 'threadId'),
  alias('pause agent', 'comms.pause_agent', 'agentId'),
  alias('pause swarm', 'swarm.pause'),
  alias('resume thread', 'swarm.resume_thread', 'threadId'),
  alias('resume agent', 'comms.resume_agent', 'agentId'),
  alias('resume swarm', 'swarm.resume'),
  alias('agent provision', 'comms.provision_channels', 'displayName'),
  alias('agent list', 'comms.get_usage_dashboard'),
  alias('agent limits', 'comms.set_agent_limits', 'agentId'),
  alias('agent policy', 'comms.set_approval_policy', 'agentId', 'policy'),
  alias('agent pause', 'comms.pause_agent', 'agentId'),
  alias('agent resume', 'comms.resume_agent', 'agentId'),
  alias('agent flow', 'comms.set_flow_policy', 'agentId'),
  alias('agent trust', 'comms.clear_context', 'agentId', 'upTo'),
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
  alias('swarm status', 'swarm.show_swarm'),
  alias('swarm agents', 'swarm.list_agents'),
  alias('swarm topology', 'swarm.show_topology'),
  alias('swarm usage', 'swarm.show_usage'),
  alias('swarm messages', 'swarm.list_messages'),
  alias('thread list', 'swarm.list_threads'),
  alias('thread show', 'swarm.show_thread', 'threadId'),
  alias('thread messages', 'swarm.list_thread_messages', 'threadId'),
  alias('swarm show', 'swarm.show_config', 'version'),
  alias('swarm versions', 'swarm.list_config_versions'),
  alias('swarm models', 'swarm.list_models'),
  alias('swarm rollback', 'swarm.rollback_config', 'version'),
  alias('swarm reload', 'swarm.reload'),
  alias('swarm proposed', 'swarm.show_proposed_config'),
  alias('swarm confirm', 'swarm.confirm_config', 'proposal'),
  alias('swarm agent', 'swarm.show_agent_config', 'name'),
  alias('approval list', 'comms.list_held'),
  alias('approval approve', 'comms.approve', 'actionId'),
  alias('approval deny', 'comms.deny', 'actionId'),
  alias('alerts list', 'comms.list_alerts'),
  alias('alerts routes', 'comms.set_alert_routes'),
  alias('alerts test', 'comms.test_alert'),
];
