/** Who appears in the tour: an administrator, and agents that it makes. */

import { type AdminDoor, type AgentDoor, type Body, listIn, openAgentDoor, textIn } from './doors.ts';
import type { Narrator } from './narrator.ts';

export interface Stage {
  readonly url: string;
  readonly admin: AdminDoor;
  readonly say: Narrator;
}

export interface Agent {
  readonly id: string;
  readonly number: string;
  readonly door: AgentDoor;
}

/** Numbers of the simulator (settled §19) and what whoever has them does. */
export const ECHOES = '+14155550100';
export const SILENT = '+14155550101';
export const ANSWERS_STOP = '+14155550102';

/** An agent with a number, connected over MCP with its own token. */
export async function makeAgent({ url, admin }: Stage, name: string): Promise<Agent & { readonly token: string }> {
  const made = await admin.post('comms/provision-channels', { displayName: name, capabilities: { sms: true } });
  const token = textIn(made, 'securityToken');
  const door = await openAgentDoor(url, token);
  return { id: textIn(made, 'agentId'), number: textIn(listIn(made, 'channels')[0] ?? {}, 'address'), door, token };
}

export const consentOf = ({ door }: Agent, contact: string) =>
  door.call('comms_record_consent', { contact, channel: 'sms', source: 'tour' });

/** Recorded by the administrator: an agent that has read words from outside can't do it by itself. */
export const consentFor = ({ admin }: Stage, { id }: Agent, contact: string, more: Body = {}): Promise<Body> =>
  admin.post('comms/record-consent', { agentId: id, contact, channel: 'sms', source: 'tour', ...more });

export async function introduction(stage: Stage): Promise<Agent> {
  const { say } = stage;
  say.step('An administrator makes an agent, Ada');
  say.tell('POST /api/v1/comms/provision-channels, with the orchestrator’s token');
  const ada = await makeAgent(stage, 'Ada');
  say.check('Ada gets a number and a token of her own, which is shown once', ada.token.startsWith('spa_'), ada.number);

  say.step('Ada connects over MCP with the official client and her token');
  const tools = await ada.door.tools();
  say.check('she sees the tools that her token may use', tools > 0, `${tools} tools, protocol ${ada.door.protocol}`);
  return ada;
}
