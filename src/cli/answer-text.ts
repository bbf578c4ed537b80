/** The server's answers that are more than an action's output, as text: what is held, what a dry run found, warnings. */
import * as z from 'zod';
import type { Paint } from '../main/paint.ts';
import { SALLYPORT } from '../main/program-name.ts';
import { renderText, visible } from './render.ts';

const meta = z.object({
  _meta: z.object({
    status: z.string(),
    actionId: z.string().nullable(),
    warnings: z.array(z.object({ code: z.string(), say: z.string() })),
  }),
});
const held = z.object({
  status: z.literal('held'),
  actionId: z.string(),
  until: z.string(),
  reasons: z.array(z.object({ policy: z.string(), say: z.string() })),
});
const explained = z.object({
  verdict: z.string(),
  checks: z.array(
    z.object({
      guard: z.string(),
      stage: z.string(),
      verdict: z.string(),
      findings: z.array(z.looseObject({ say: z.string().optional() })),
    }),
  ),
});

export interface AnswerText {
  /** What was asked for. */
  readonly answer: string;
  /** What else there is to know. */
  readonly notes: readonly string[];
}

type Body = Readonly<Record<string, unknown>>;

export function answerText(
  body: Body,
  paint: Paint,
  options: { readonly width: number; readonly remarks: Readonly<Record<string, string>> },
): AnswerText {
  const onHold = held.safeParse(body).data;
  if (onHold !== undefined) {
    const { actionId, until, reasons } = onHold;
    const why = reasons.map(({ policy, say }) => `  ${policy}  ${say}`);
    return {
      answer: [`Held until ${until}: nothing is done before an administrator approves it.`, ...why]
        .map(visible)
        .join('\n'),
      notes: [`Approve it with: ${SALLYPORT} approval approve ${actionId}`].map(visible),
    };
  }
  const dry = explained.safeParse(body).data;
  if (dry !== undefined) return { answer: verdictLines(dry, paint).join('\n'), notes: [] };

  const { _meta, ...output } = body;
  const { status, actionId, warnings } = meta.safeParse(body).data?._meta ?? {
    status: '',
    actionId: null,
    warnings: [],
  };
  const pending = status === 'pending' ? [`It goes on; ask again with: ${SALLYPORT} why ${actionId ?? ''}`] : [];
  return {
    answer: renderText(output, options),
    notes: [...warnings.map(({ code, say }) => `warning: ${say} (${code})`), ...pending].map(visible),
  };
}

const MARKS: Readonly<Record<string, readonly [string, 'green' | 'yellow' | 'red']>> = {
  pass: ['✓', 'green'],
  takes: ['✓', 'green'],
  warn: ['!', 'yellow'],
  hold: ['…', 'yellow'],
  deny: ['✗', 'red'],
};

function verdictLines({ verdict, checks }: z.infer<typeof explained>, paint: Paint): string[] {
  const width = Math.max(...checks.map(({ guard }) => guard.length));
  return [
    `Would be: ${verdict}. Nothing was done.`,
    ...checks.map(({ guard, stage, verdict: found, findings }) => {
      const [mark, style] = MARKS[found] ?? ['?', 'yellow'];
      const says = findings.flatMap(({ say }) => say ?? []).join(' ');
      return `  ${paint(style, mark)} ${stage.padEnd(9)}  ${visible(guard).padEnd(width)}  ${visible(says)}`.trimEnd();
    }),
  ];
}
