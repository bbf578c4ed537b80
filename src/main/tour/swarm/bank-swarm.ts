/**
 * The tour's swarm, as an author of agents writes one: two that a model thinks for, and one that is a function. The tour's
 * server reads it from a file (`SWARM_FILE`), like any other.
 */
import * as z from 'zod';
import { defineAgent, defineSwarm, type SwarmDefinition } from '../../../swarm/index.ts';

/** What one thread may use: steps of models, calls of tools and peers. */
export const CALLS_PER_THREAD = 12;

/**
 * @param bank where the bank's MCP server is.
 * @public Imported by the module that the tour writes.
 */
export const bankSwarm = (bank: string): SwarmDefinition =>
  defineSwarm({
    swarm: { name: 'counter', limits: { callsPerThread: CALLS_PER_THREAD } },
    models: ['desk', 'researcher'].map((script) => ({ alias: script, provider: 'scripted', model: 'tour', script })),
    tools: [{ name: 'bank', kind: 'mcp', url: bank, idempotent: ['look_up'] }],
    agents: [
      defineAgent({
        name: 'desk',
        description: 'Talks to customers, and asks the others.',
        prompt: 'You are the front desk of a bank. Do what the customer asks for.',
        model: 'desk',
        peers: ['researcher', 'teller'],
        tools: ['comms.send_message'],
      }),
      defineAgent({
        name: 'researcher',
        description: 'Finds out about accounts.',
        prompt: 'You find out what you are asked about an account.',
        model: 'researcher',
        tools: ['bank.look_up'],
      }),
      defineAgent({
        name: 'teller',
        description: 'Sends money.',
        kind: 'handler',
        input: z.object({ account: z.string().max(40), dollars: z.int().min(1).max(10_000) }),
        tools: ['bank.transfer'],
        limits: { concurrency: 1 },
        handler: ({ tool }, order) => tool('bank.transfer', order),
      }),
    ],
  });

/** Where this module is, for a file that imports it. */
export const BANK_SWARM = import.meta.url;
