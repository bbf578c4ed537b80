/** What the actions on configurations have in common: their parts, and how changes and problems are shown. */
import * as z from 'zod';
import { field } from '../../guard/input/fields.ts';
import type { Principal } from '../../guard/principal.ts';
import { decide, READ_PROMPTS } from '../../guard/rights.ts';
import type { OrgId } from '../../kernel/ids.ts';
import type { Changed } from '../config/change.ts';
import type { HandlerRegistry } from '../config/handlers.ts';
import { type Parsed, parseConfig, parseData } from '../config/parse.ts';
import type { SwarmConfigReader } from '../config/port.ts';
import type { Problem } from '../config/problem.ts';
import type { CheckContext } from '../config/rules/context.ts';
import { type Change, sectionsOf } from '../config/rules/diff.ts';
import type { SwarmConfig } from '../config/schema.ts';
import { MAX_SOURCE_CHARS } from '../config/yaml.ts';

/** The file that SWARM_FILE names. */
export interface SwarmFile {
  /** Its configuration as text. @throws SallyportError with what is wrong with the file, or that there is none for this organisation. */
  read(org: OrgId): Promise<string>;
}

export interface ConfigActionParts {
  readonly swarms: SwarmConfigReader;
  readonly file: SwarmFile;
  readonly handlers: Pick<HandlerRegistry, 'names'>;
  /** What of the catalogue a configuration is checked against; asked for once there is one. */
  readonly known: () => Omit<CheckContext, 'handlers'>;
}

export interface Parse {
  text(source: string): Parsed;
  /** Of what was stored: what it names may be gone by now. */
  stored(config: SwarmConfig): Parsed;
}

/** The last text is remembered: every rule of one change looks at it. */
export function parser({ handlers, known }: Pick<ConfigActionParts, 'handlers' | 'known'>): Parse {
  let last: { readonly source: string; readonly names: string; readonly parsed: Parsed } | null = null;
  return {
    text(source) {
      const own = handlers.names(source);
      const names = [...own].join(' ');
      if (last?.source !== source || last.names !== names)
        last = { source, names, parsed: parseConfig(source, { ...known(), handlers: own }) };
      return last.parsed;
    },
    stored: (config) => parseData(config, { ...known(), handlers: handlers.names(null) }),
  };
}

export const sourceField = field
  .source(MAX_SOURCE_CHARS)
  .describe('The configuration as text, YAML or JSON; docs/swarm-config.md says what it may hold.');
export const agentName = field.code(48).describe("The agent's name in the configuration.");
export const noteField = field.prose(1_000).optional().describe('Why, for whoever looks at the versions later.');
export const expectedVersionField = z
  .int()
  .min(0)
  .optional()
  .describe('The version that this was made from, 0 for none: refused when another is live by now.');

export const problemView = z.object({
  is: z.enum(['error', 'warning']),
  path: z.string(),
  line: z.number().nullable(),
  column: z.number().nullable(),
  say: z.string(),
});
export const viewOfProblem = ({ is, path, at, say }: Problem): z.output<typeof problemView> => ({
  ...{ is, path: path.join('.'), say },
  line: at?.line ?? null,
  column: at?.column ?? null,
});

export const changeView = z.object({
  section: z.string(),
  path: z.string(),
  is: z.enum(['added', 'removed', 'changed']),
  before: z.unknown().describe('Null where there was nothing; of a prompt its hash and length.'),
  after: z.unknown(),
});
export const viewOfChange = ({ section, path, is, before, after }: Change): z.output<typeof changeView> => ({
  ...{ section, path, is, before, after },
});

export const changedView = z.object({
  version: z.number().describe('The version that is live now.'),
  changed: z.boolean().describe('False: it was so already, or it waits for a second person.'),
  proposal: z.string().nullable().describe('The id under which it waits for a second person (swarm_confirm_config).'),
  sections: z.array(z.string()),
  changes: z.array(changeView),
  warnings: z.array(problemView),
});
export const viewOfChanged = ({
  version,
  changed,
  proposal,
  changes,
  warnings,
}: Changed): z.output<typeof changedView> => ({
  ...{ version, changed, proposal },
  sections: [...sectionsOf(changes)],
  changes: changes.map(viewOfChange),
  warnings: warnings.map(viewOfProblem),
});

/** Whether somebody may read prompts: an Owner, or who was granted it. */
export const readsPrompts = (by: Principal): boolean =>
  decide(by, { action: READ_PROMPTS, access: 'org:own', agent: null, section: 'prompts' }).allow;
