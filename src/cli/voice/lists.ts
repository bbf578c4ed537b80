/** `voice list-agents` and `voice list-tools`: what a builder's file has, for people or as JSON. */
import type { Paint } from '../../main/paint.ts';
import { SwaigFunction } from '../../voice/swaig-function.ts';
import type { SWMLService } from '../../voice/swml-service.ts';
import { summaryOf } from '../../voice/tools/function-table.ts';
import type { OutputFormat } from '../output-format.ts';
import { renderJson, renderText, visible } from '../render.ts';
import type { AgentFile } from './agent-file.ts';
import { parameterOptions } from './function-options.ts';
import { withoutSecrets } from './hide-secrets.ts';

export function agentsText({ agents }: AgentFile, format: OutputFormat, width: number): string {
  const rows = agents.map(({ agent, found }) => {
    const { name, route } = agent;
    return { name, route, functions: agent.listToolNames(), where: found };
  });
  if (format === 'json') return renderJson({ agents: rows });
  const flat = rows.map((row) => ({ ...row, functions: row.functions.join(', ') || '–' }));
  return renderText({ agents: flat }, { width });
}

interface Tool {
  readonly name: string;
  readonly secure: boolean;
  /** `here`, `platform`, or the address of who does. */
  readonly runs: string;
  readonly description: string;
  /** JSON Schema. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export function toolsText(agent: SWMLService, format: OutputFormat, paint: Paint): string {
  const tools = [...agent.functions.values()].map((entry): Tool => {
    const { name, description, parameters } = summaryOf(entry);
    if (entry instanceof SwaigFunction)
      return { name, secure: entry.secure, runs: shownAddress(entry.webhookUrl) ?? 'here', description, parameters };
    const runs = 'data_map' in entry ? 'platform' : (shownAddress(entry['web_hook_url']) ?? 'elsewhere');
    return { name, secure: false, runs, description, parameters };
  });
  if (format === 'json') return renderJson({ agent: agent.name, tools });
  if (tools.length === 0) return `${visible(agent.name)} has no functions of its own; a call may add some.`;
  return tools.map((tool) => toolLines(tool, paint).join('\n')).join('\n\n');
}

const shownAddress = (address: unknown): string | null =>
  typeof address === 'string' ? String(withoutSecrets(address)) : null;

function toolLines({ name, secure, runs, description, parameters }: Tool, paint: Paint): string[] {
  const options = parameterOptions(parameters);
  const width = Math.max(0, ...options.map((option) => option.name.length));
  const where = { here: secure ? 'secure' : 'not secure: runs without a token', platform: 'runs on the platform' }[
    runs
  ];
  return [
    `${paint('bold', visible(name))}  ${visible(where ?? `runs at ${runs}`)}`,
    ...(description === '' ? [] : [`  ${visible(description)}`]),
    ...options.map((option) => {
      const { description: says } = option.schema;
      const kind = `${option.kind}${option.required ? ', required' : ''}`;
      return visible(`  --${option.name.padEnd(width)}  ${kind}${typeof says === 'string' ? `: ${says}` : ''}`);
    }),
  ];
}
