/** What a configuration would change, section by section, and which of it the caller may change. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { forbiddenSections, hiddenFrom } from '../config/change.ts';
import type { SwarmConfigReader } from '../config/port.ts';
import { problemLine } from '../config/problem.ts';
import { diffConfigs, sectionsOf, withoutAgents } from '../config/rules/diff.ts';
import { changeView, type Parse, sourceField, viewOfChange } from './config-view.ts';

export const diffConfig = (swarms: SwarmConfigReader, parse: Parse): AnyAction =>
  readAction({
    name: 'swarm.diff_config',
    version: 1,
    says: 'Tells what a configuration would change of the live one, section by section, with prompts as hashes; changes nothing.',
    input: z.object({ source: sourceField }),
    output: z.object({
      version: z.number().describe('The version that is live, for expectedVersion; 0: none.'),
      sections: z.array(z.string()),
      forbidden: z.array(z.string()).describe('Sections among them that you may not change.'),
      changes: z.array(changeView),
    }),
    access: 'org:operate',
    subject: 'organization',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/swarm/config/diff' },
    async read({ by, org, input: { source } }) {
      const parsed = parse.text(source);
      if (!parsed.ok)
        throw new SallyportError(
          'invalid_input',
          'The configuration has problems; swarm_check_config tells all of them.',
          {
            issues: parsed.problems.map((problem) => ({ path: 'source', message: problemLine(problem) })),
          },
        );
      const live = await swarms.live(org);
      // what they write of an agent that is there, but not for them, is new to them as any other
      const seen = live === null ? null : withoutAgents(live.config, hiddenFrom(by, live.agents));
      const changes = diffConfigs(seen, parsed.config);
      return {
        version: live?.version ?? 0,
        sections: [...sectionsOf(changes)],
        forbidden: [...forbiddenSections(by, changes)],
        changes: changes.map(viewOfChange),
      };
    },
  });
