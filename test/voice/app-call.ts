/** An agent's application asked directly, as the platform asks it: a script, then the functions at the addresses in it. */
import type { AgentBase } from '../../src/voice/agent-base.ts';
import { suppressAllLogs } from '../../src/voice/logger.ts';
import { basic, callOf, type Script, scriptOf } from './fixture.ts';

suppressAllLogs();

export interface AppCall {
  readonly script: Script;
  /** The data of the call, as the platform keeps them: what the script began with, and what functions have set since. */
  readonly data: Record<string, unknown>;
  /** The function's answer; `set_global_data` is carried out. */
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests look at
  run(name: string, args?: object): Promise<any>;
  /** What it says. */
  say(name: string, args?: object): Promise<string>;
}

let calls = 0;

export async function callTo(agent: AgentBase, path = agent.route, more: object = {}): Promise<AppCall> {
  const app = agent.getApp();
  const authorization = basic(...agent.getBasicAuthCredentials());
  const post = async (at: string, body: object) => {
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await app.request(at, { method: 'POST', headers, body: JSON.stringify(body) });
    // biome-ignore lint/suspicious/noExplicitAny: as below
    return { status: answer.status, json: (await answer.json()) as any };
  };
  const callId = `call-${calls++}`;
  const script = scriptOf(callId, (await post(path, { call: { call_id: callId }, ...more })).json);
  const data: Record<string, unknown> = { ...script.ai.global_data };

  const run: AppCall['run'] = async (name, args = {}) => {
    const { pathname, search } = new URL(script.addressOf(name));
    const { status, json } = await post(`${pathname}${search}`, callOf(callId, name, args, { global_data: data }));
    if (status !== 200) throw new Error(`${name}: ${status}`);
    for (const { set_global_data: set } of json.action ?? []) Object.assign(data, set);
    return json;
  };
  return { script, data, run, say: async (name, args) => (await run(name, args)).response };
}

export const systemPromptOf = ({ script }: AppCall): string => JSON.stringify(script.ai.prompt);
