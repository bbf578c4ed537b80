/**
 * The tools of the outside, with what they answer held against what must not leave. Threat: a service that sends back the
 * credential that it was called with. Nothing here would show it to an agent, but from an answer it would come into the record,
 * which people read, and into the next request to a model's vendor. So it is stopped before it is recorded.
 *
 * Instructions are not looked for: they are the agent's own already, and often quote what stands on the page that is read.
 */
import type { Alert, Alerts } from '../../guard/alerts.ts';
import type { OutputBook } from '../../guard/output/book.ts';
import type { Fingerprints } from '../../guard/output/fingerprints.ts';
import { inspectOutput, type Leak } from '../../guard/output/inspect.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { boundedResult } from '../rules/bounded-text.ts';
import { errorText } from '../rules/error-text.ts';
import type { OutsideTools, ToolAnswer, ToolRun } from './port.ts';

interface FilterParts {
  readonly book: Pick<OutputBook, 'fingerprinter' | 'known'>;
  /** Of what an organisation keeps sealed. */
  readonly stored: (org: OrgId) => Promise<Fingerprints>;
  readonly alerts: Alerts;
}

/** A hit is an error to whoever called the tool, and an alert. */
export const filteredTools = (tools: OutsideTools, { book, stored, alerts }: FilterParts): OutsideTools => ({
  show: (org, pattern) => tools.show(org, pattern),
  async run(call) {
    const kept = await stored(call.org); // before: what fails here must not leave open whether the call happened
    const answer = await tools.run(call);
    const known = [...book.known(call.org, null), kept]; // after: a variable's value is known once it was opened
    const leak = inspectOutput(boundedResult(answer).text, { fingerprinter: book.fingerprinter, known });
    if (leak === null) return answer;
    alerts.raise(toldSecret(call, answer, leak));
    return { ...answer, text: BLOCKED, isError: true };
  },
});

const BLOCKED = errorText('output_blocked', 'Its answer held what must not be told, and is not shown.');

const toldSecret = ({ org, agent, name }: ToolRun, { ref }: ToolAnswer, found: Leak): Alert => ({
  severity: 'HIGH',
  kind: 'tool_told_secret',
  org,
  say: `The tool ${name} answered agent ${agent} with what must not be told. Neither the agent nor the record has it. Find out why ${ref} tells it, and replace the secret: it may be known elsewhere.`,
  subject: `${agent} ${name}`,
  detail: { tool: name, from: ref, found },
});
