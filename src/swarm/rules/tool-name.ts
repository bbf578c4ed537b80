/** What tools are called where models see them: `[a-zA-Z0-9_-]{1,64}`, as every vendor takes it. */
import type { AgentConfig } from '../config/schema.ts';
import { shownName } from '../tools/rules/tool-names.ts';

const PEER = 'ask_';

/** A peer, called as a tool. */
export const peerTool = (name: string): string => `${PEER}${name}`;

/** The peer that a tool stands for; null for any other tool. */
export const peerOf = (tool: string): string | null => (tool.startsWith(PEER) ? tool.slice(PEER.length) : null);

/** As a configuration names it: an action, `comms.send_message` → `comms_send_message`; a tool of the outside, `files.read` → `files__read`. */
export const toolOf = (name: string): string => (name.startsWith('comms.') ? name.replace('.', '_') : shownName(name));

/** Whom an agent may call: its peers, and itself, which is visible iteration. Nobody else, known or not. */
export const mayCall = (agent: Pick<AgentConfig, 'name' | 'peers'>, peer: string): boolean =>
  peer === agent.name || agent.peers.includes(peer);
