/** `voice dump`: the script as the platform would get it for a call, through the agent's own application. */
import type { Platform } from '../../voice/serverless/platform-url.ts';
import { CommandFailure } from '../command-failure.ts';
import { jsonInput } from '../json-input.ts';
import type { OutputFormat } from '../output-format.ts';
import { renderJson } from '../render.ts';
import { type Shell, say } from '../shell.ts';
import { type AgentFile, chosenAgent } from './agent-file.ts';
import { type CallOptions, scriptIn, scriptRequest } from './call-options.ts';
import { withoutSecrets } from './hide-secrets.ts';
import { platformAnswerText } from './platform-answer-text.ts';
import { platformFor } from './platform-request.ts';

export interface DumpOptions extends CallOptions {
  readonly agent?: string;
  readonly body?: string;
  readonly simulate?: Platform;
  readonly showSecrets?: boolean;
}

export async function dump(file: AgentFile, options: DumpOptions, format: OutputFormat, shell: Shell): Promise<void> {
  const agent = chosenAgent(file, options.agent);
  const body = await jsonInput(options.body, shell, ['--body', '{"call": {"from": "+15555550100"}}']);
  const shownBody = options.showSecrets === true ? (json: unknown) => json : (json: unknown) => withoutSecrets(json);
  const answer = await platformFor(agent, options.simulate ?? null)(scriptRequest(agent, options, body));
  if (answer.response === null) {
    say(shell.out, renderJson(shownBody(scriptIn(answer))));
    return;
  }
  say(shell.out, platformAnswerText(answer.response, format, shownBody));
  if (answer.status !== 200) throw new CommandFailure(1, []);
}
