/** What a serverless platform gets from an agent, for people: status, headers, and the body as JSON that can be read. */
import { STATUS_CODES } from 'node:http';
import type { ServerlessResponse } from '../../voice/serverless-adapter.ts';
import { jsonOf } from '../json-input.ts';
import type { OutputFormat } from '../output-format.ts';
import { renderJson, visible } from '../render.ts';

/** @param shownBody what is shown of the body, where it is JSON. */
export function platformAnswerText(
  { body, ...answer }: ServerlessResponse,
  format: OutputFormat,
  shownBody: (json: unknown) => unknown = (json) => json,
): string {
  const json = jsonOf(body);
  const readable = json === undefined ? null : shownBody(json);
  if (format === 'json') return renderJson({ ...answer, body: readable === null ? body : JSON.stringify(readable) });
  const { statusCode, headers } = answer;
  return [
    `${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim(),
    ...Object.entries(headers).map(([name, value]) => visible(`${name}: ${value}`)),
    '',
    readable === null ? visible(body) : renderJson(readable),
  ].join('\n');
}
