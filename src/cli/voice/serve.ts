/** `voice serve`: serves the agents of a builder's file until Ctrl-C, then lets running requests finish. */
import { paintFor } from '../../main/paint.ts';
import { stopSignals } from '../../main/stop-signal.ts';
import { AgentBase } from '../../voice/agent-base.ts';
import { AgentServer } from '../../voice/agent-server.ts';
import { ConfigurationError } from '../../voice/configuration-error.ts';
import type { Serving } from '../../voice/door/serving.ts';
import { rehearse, type Where } from '../../voice/rehearsal.ts';
import type { SWMLService } from '../../voice/swml-service.ts';
import type { OutputFormat } from '../output-format.ts';
import { renderJson, visible } from '../render.ts';
import { type Shell, say } from '../shell.ts';
import { type AgentFile, chosenAgent } from './agent-file.ts';

export interface ServeOptions extends Where {
  readonly agent?: string;
}

export async function serve(file: AgentFile, options: ServeOptions, format: OutputFormat, shell: Shell): Promise<void> {
  using signals = stopSignals(shell.signals, shell.clock, shell.endAtOnce);
  rehearse(null);
  const { agents, serving } = await listen(file, options);
  say(shell.out, format === 'json' ? renderJson({ agents: agents.map(described) }) : servedText(agents, shell));
  await signals.first;
  say(shell.err, 'Stopping: running requests may finish.');
  await serving.stop();
}

interface Listening {
  readonly agents: readonly SWMLService[];
  readonly serving: Pick<Serving, 'stop'>;
}

/** One agent by itself; several by the server that the file has for them, or one that is made for them. */
async function listen(file: AgentFile, { agent: asked, ...where }: ServeOptions): Promise<Listening> {
  const alone = asked !== undefined || (file.agents.length === 1 && file.servers.length === 0);
  if (alone) {
    const agent = chosenAgent(file, asked);
    return { agents: [agent], serving: await agent.serve({ ...file.served.get(agent), ...where }) };
  }
  const agents = file.agents.map(({ agent }) => agent);
  const server = serverOf(file, agents);
  const { host = server.host, port = server.port } = { ...file.served.get(server), ...where };
  return { agents, serving: await server.run(host, port) };
}

/** @throws ConfigurationError when two agents want one route. */
function serverOf({ servers }: AgentFile, agents: readonly SWMLService[]): AgentServer {
  const [server, ...others] = servers;
  const has = (of: AgentServer, agent: SWMLService) =>
    of
      .getAgents()
      .values()
      .some((one) => one === agent);
  if (server !== undefined && others.length === 0 && agents.every((agent) => has(server, agent))) return server;
  const made = new AgentServer();
  for (const agent of agents) {
    if (!(agent instanceof AgentBase))
      throw new ConfigurationError(`${agent.name} is no AgentBase: serve it by itself, with --agent ${agent.name}.`);
    made.register(agent);
  }
  return made;
}

const PASSWORD_FROM = {
  provided: 'basicAuth in the file',
  environment: 'SWML_BASIC_AUTH_PASSWORD',
  generated: 'made at random for this run; SWML_BASIC_AUTH_PASSWORD sets it',
} as const;

function described(agent: SWMLService) {
  const [user, , source] = agent.getBasicAuthCredentials(true);
  return { name: agent.name, url: agent.getFullUrl(), user, passwordFrom: PASSWORD_FROM[source] };
}

function servedText(agents: readonly SWMLService[], { out }: Shell): string {
  const paint = paintFor(out);
  const blocks = agents.map((agent) => {
    const { name, url, user, passwordFrom } = described(agent);
    const [, password, source] = agent.getBasicAuthCredentials(true);
    const isShown = source === 'generated' && out.isTTY === true;
    return [
      `${paint('bold', visible(name))}  ${visible(url)}`,
      `  user      ${visible(user)}`,
      `  password  ${isShown ? `${password}  (shown this once)` : passwordFrom}`,
      ...(isShown ? [`            ${passwordFrom}`] : []),
    ];
  });
  return [...blocks.flat(), 'Ctrl-C ends it.'].join('\n');
}
