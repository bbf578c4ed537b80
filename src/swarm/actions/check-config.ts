/** Looks at a configuration without making it live: all that is wrong with it, each with its place. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { type Parse, problemView, sourceField, viewOfProblem } from './config-view.ts';

export const checkConfig = (parse: Parse): AnyAction =>
  readAction({
    name: 'swarm.check_config',
    version: 1,
    says: 'Checks a configuration of a swarm and tells all that is wrong with it, with line and column; changes nothing.',
    input: z.object({ source: sourceField }),
    output: z.object({
      ok: z.boolean(),
      hash: z.string().nullable().describe('By which versions are known; null where it is not whole.'),
      problems: z.array(problemView),
    }),
    access: 'org:operate',
    subject: 'organization',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/swarm/config/check' },
    async read({ input: { source } }) {
      const parsed = parse.text(source);
      return { ok: parsed.ok, hash: parsed.ok ? parsed.hash : null, problems: parsed.problems.map(viewOfProblem) };
    },
  });
