/** `voice exec`: runs a function as a call would: by the address and with the token that the call's script has for it. */
import type { Platform } from '../../voice/serverless/platform-url.ts';
import type { SWMLService } from '../../voice/swml-service.ts';
import { CommandFailure, misused } from '../command-failure.ts';
import { jsonInput } from '../json-input.ts';
import type { OutputFormat } from '../output-format.ts';
import { renderJson, visible } from '../render.ts';
import { type Shell, say } from '../shell.ts';
import { type AgentFile, chosenAgent } from './agent-file.ts';
import { type CallOptions, isBody, refused, scriptIn, scriptRequest } from './call-options.ts';
import { argumentsFrom } from './function-options.ts';
import { withoutSecrets } from './hide-secrets.ts';
import { runFaultLines } from './load-fault.ts';
import { platformAnswerText } from './platform-answer-text.ts';
import { isOwnAddress, platformFor, swaigAddress } from './platform-request.ts';

export interface ExecOptions {
  readonly agent?: string;
  readonly args?: string;
  readonly callId?: string;
  readonly callFrom?: string;
  readonly callTo?: string;
  readonly callQuery?: readonly string[];
  readonly simulate?: Platform;
}

type Body = Readonly<Record<string, unknown>>;

/** @param words the function's own options. */
export async function exec(
  file: AgentFile,
  { name, words }: { readonly name: string; readonly words: readonly string[] },
  options: ExecOptions,
  format: OutputFormat,
  shell: Shell,
): Promise<void> {
  const agent = chosenAgent(file, options.agent);
  const ask = platformFor(agent, options.simulate ?? null);
  const request = scriptRequest(agent, callOptions(options));
  const ai = aiOf(scriptIn(await ask(request)));
  const { address, parameters } = functionIn(ai, name, agent, request.callId);
  const given = await jsonInput(options.args, shell, ['--args', '{"people": 4}']);
  const args = { ...given, ...argumentsFrom(words, parameters) };
  const answer = await ask({
    address,
    body: {
      function: name,
      call_id: request.callId,
      ai_session_id: request.callId,
      argument: { parsed: [args], raw: JSON.stringify(args) },
      global_data: ai?.['global_data'] ?? {},
      meta_data: {},
      call: request.call,
    },
  });
  const ran = file.ran.at(-1);
  if (answer.response !== null) say(shell.out, platformAnswerText(answer.response, format));
  else if (answer.status !== 200) throw refused(`to run ${name}`, answer.status, answer.text);
  else say(shell.out, renderJson(JSON.parse(answer.text)));
  switch (ran?.is) {
    case 'answered':
      return;
    case 'refused':
      throw new CommandFailure(1, [`${name} was refused: ${ran.because}.`]);
    case 'invalid_arguments':
      throw new CommandFailure(1, [`${name} did not run: its arguments don't fit its parameters.`]);
    case 'failed':
      throw new CommandFailure(1, [`${name} failed:`, ...runFaultLines(file.path, ran.fault)]);
    default:
      throw new CommandFailure(1, [`${visible(name)} did not run.`]);
  }
}

const callOptions = ({ callId, callFrom, callTo, callQuery }: ExecOptions): CallOptions => ({
  ...(callId !== undefined && { callId }),
  ...(callFrom !== undefined && { from: callFrom }),
  ...(callTo !== undefined && { to: callTo }),
  ...(callQuery !== undefined && { query: callQuery }),
});

/** The part for the AI, in whichever section it is; undefined: the script has none. */
function aiOf({ sections }: Body): Body | undefined {
  const verbs = Object.values(isBody(sections) ? sections : {}).flatMap((steps) => (Array.isArray(steps) ? steps : []));
  return verbs.find((verb) => isBody(verb) && isBody(verb['ai']))?.ai;
}

interface CalledFunction {
  readonly address: string;
  readonly parameters: Body;
}

/** @throws CommandFailure for a function that the call does not have, or that does not run here. */
function functionIn(ai: Body | undefined, name: string, agent: SWMLService, callId: string): CalledFunction {
  if (ai === undefined) return withoutScript(agent, name, callId);
  const swaig = isBody(ai['SWAIG']) ? ai['SWAIG'] : {};
  const functions = (Array.isArray(swaig['functions']) ? swaig['functions'] : []).filter(isBody);
  const found = functions.find((one) => one['function'] === name);
  if (found === undefined)
    throw noFunction(
      name,
      functions.map((one) => String(one['function'])),
    );
  if ('data_map' in found)
    throw misused(`${name} runs on the platform (a DataMap), not in this agent: only a call can run it.`);
  const defaults = isBody(swaig['defaults']) ? swaig['defaults'] : {};
  const address = String(found['web_hook_url'] ?? defaults['web_hook_url']);
  if (!isOwnAddress(agent, address))
    throw misused(`${name} runs elsewhere, at ${visible(String(withoutSecrets(address)))}: this agent can't run it.`);
  return { address, parameters: isBody(found['parameters']) ? found['parameters'] : {} };
}

/** A service whose script has no AI names no functions: the token is made as its code would make it. */
function withoutScript(agent: SWMLService, name: string, callId: string): CalledFunction {
  const found = agent.getTool(name);
  if (found === undefined) throw noFunction(name, agent.listToolNames());
  const address = new URL(swaigAddress(agent));
  if (found.secure) address.searchParams.set('__token', agent.createToolToken(name, callId));
  return { address: address.href, parameters: found.parameters };
}

const noFunction = (name: string, names: readonly string[]): CommandFailure =>
  misused(
    `This call has no function ${visible(name)}.`,
    names.length === 0 ? 'It has none at all.' : `It has: ${names.map(visible).join(', ')}.`,
  );
