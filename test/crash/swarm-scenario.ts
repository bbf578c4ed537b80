/** A swarm for the crash tests: a desk that thinks, asks two peers at once, texts somebody, and answers. */
import type { Engine } from '../../src/store/engine.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { SwarmSource } from '../../src/swarm/config/schema.ts';
import type { Handler } from '../../src/swarm/define.ts';
import type { ModelMessage } from '../../src/swarm/models/port.ts';
import { scripted } from '../swarm/fixture.ts';
import { TO } from './scenario.ts';

export interface SwarmScenario {
  /** A file, or a PostgreSQL schema. */
  readonly database: { readonly file: string } | { readonly url: string; readonly schema: string };
  readonly sentFile: string;
  readonly keys: { readonly encryption: string; readonly log: string };
  readonly seed: number;
  /** The first one makes the swarm. */
  readonly first: boolean;
  readonly injects: number;
}

/** What the process tells: it is ready, or that a message was accepted. */
export type SwarmTold = { readonly ready: true } | { readonly accepted: string };

export const openEngine = ({ database }: Pick<SwarmScenario, 'database'>): Engine =>
  'file' in database ? openSqlite(database.file) : openPostgres(database.url, database.schema);

const wide = { queueDepth: 10_000, concurrency: 64 };
export const SWARM: SwarmSource = {
  swarm: { name: 'crash', limits: { threadsPerUser: 10_000 } },
  models: [{ alias: 'm', provider: 'scripted', model: 's' }],
  agents: [
    {
      ...{ name: 'desk', description: 'x', kind: 'llm', prompt: 'p', model: 'm', peers: ['left', 'right'] },
      ...{ tools: ['comms.send_message'], limits: wide },
    },
    { name: 'left', description: 'x', kind: 'handler', limits: wide },
    { name: 'right', description: 'x', kind: 'handler', limits: wide },
  ],
};

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** @param delayMs how long each thought takes. */
export function minds(delayMs: () => number) {
  const say = async (messages: readonly ModelMessage[]) => {
    await pause(delayMs());
    const results = messages.filter(({ role }) => role === 'tool').length;
    if (results === 0) {
      const args = { message: 'how many?' };
      return { calls: ['ask_left', 'ask_right'].map((name) => ({ name, args })) };
    }
    if (results === 2) return { calls: [{ name: 'comms_send_message', args: { to: TO, body: 'It is done.' } }] };
    return 'done';
  };
  const peer: Handler = async (_context, input) => {
    await pause(delayMs());
    return `${input}: 7`;
  };
  return { models: scripted(say), handlers: new Map([['left', peer] as const, ['right', peer] as const]) };
}
