/**
 * The documentation page: every action that a door serves, from the same definitions that serve it. Plain HTML, no script;
 * whatever comes from a definition is escaped.
 */
import * as z from 'zod';
import { objectSchema } from '../../guard/action-schema.ts';
import { type CatalogueEntry, ENVELOPE_FIELDS } from '../../guard/catalogue.ts';
import { STAGES, type Stage } from '../../guard/guard.ts';
import type { Scope } from '../../guard/principal.ts';
import { ERROR_CODES } from '../../kernel/errors.ts';
import { type OpenApiParts, ROOMS, restEntries, roomOf } from '../openapi.ts';
import { statusOf, titleOf } from '../problems.ts';
import { exampleInput } from './example-input.ts';
import { type Html, html } from './html.ts';
import { type FieldRow, fieldRows } from './schema-view.ts';

const WHO = {
  'agent:read': "an agent's own token, or a person of the organisation who names the agent",
  'agent:act': "an agent's own token, or an administrator who names the agent",
  'org:view': "a person of the organisation, its token, or the orchestrator's",
  'org:operate': "an operator of the organisation, its token, or the orchestrator's",
  'org:admin': "an administrator of the organisation, its token, or the orchestrator's",
  'org:own': "an owner of the organisation, or the orchestrator's token",
  'platform:admin': "an owner of the platform, or the orchestrator's token",
  'audit:read': "an auditor; the orchestrator's token until the first person is there",
  'provider:deliver': 'a provider',
  'system:act': 'the server itself',
} as const satisfies Record<Scope, string>;

const EFFECTS = {
  read: 'Reads',
  state: 'Changes what is recorded here',
  world: 'Acts on the outside world',
} as const satisfies Record<CatalogueEntry['action']['effect'], string>;

const STAGE_SAYS = {
  authorise: 'may this caller do it at all',
  validate: 'can it be done with this input',
  comply: 'do law and consent allow it',
  limit: 'do rates and budgets have room',
  approve: 'must a person agree first',
} as const satisfies Record<Stage, string>;

export function docsPage(parts: OpenApiParts): string {
  const entries = restEntries(parts.catalogue);
  const rooms = [...new Set(entries.map(roomOf))];
  const of = (room: string) => entries.filter((entry) => roomOf(entry) === room);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sallyport ${parts.version}: actions</title>
<link rel="stylesheet" href="/api/docs/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><p class="brand">Sallyport</p><p>${parts.version}</p></header>
<div class="columns">
<nav aria-label="Contents">
<ul>
<li><a href="#calling">Calling</a></li>
<li><a href="#answers">Answers</a></li>
<li><a href="#transports">MCP transports</a></li>
</ul>
${rooms.map(
  (room) => html`<p class="room"><a href="#${room}">${room}</a></p>
<ul>${of(room).map(({ tool, action }) => html`<li><a href="#${tool}">${verbOf(action.name)}</a></li>`)}</ul>`,
)}
</nav>
<main id="content" tabindex="-1">
${introduction(parts.publicUrl, commonRows(entries))}
${rooms.map(
  (room) => html`<section aria-labelledby="${room}">
<h2 id="${room}">${room}</h2>
${ROOMS[room] === undefined ? null : html`<p>${ROOMS[room]}</p>`}
${of(room).map((entry) => actionSection(entry, parts.publicUrl))}
</section>`,
)}
</main>
</div>
</body>
</html>
`.text;
}

const verbOf = (name: string): string => name.slice(name.indexOf('.') + 1).replaceAll('_', ' ');
const headingOf = (name: string): string => verbOf(name).replace(/^./, (first) => first.toUpperCase());

const isEnvelope = ({ path }: FieldRow): boolean => ENVELOPE_FIELDS.some((name) => name === path);

/** An action's own fields; of those that every action has, only what this one requires. */
const ownRows = (rows: readonly FieldRow[]) => rows.filter((row) => row.required || !isEnvelope(row));

/** The fields that every action has, as the first one has them when it does not require any. */
function commonRows(entries: readonly CatalogueEntry[]): readonly FieldRow[] {
  for (const { action, schema } of entries) {
    const rows = fieldRows(objectSchema(action.name, schema, 'input')).filter(isEnvelope);
    if (rows.every(({ required }) => !required)) return rows;
  }
  return [];
}

const introduction = (publicUrl: string, common: readonly FieldRow[]): Html => html`<h1>Actions</h1>
<p>Every action is one route, one MCP tool and one command, and passes the same rules whichever way it is called. For machines: <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<section aria-labelledby="calling">
<h2 id="calling">Calling</h2>
<p>Send a token with every request, in the header <code>Authorization: Bearer …</code>. The body is JSON: the action's own fields, and these, which every action takes. <code>idempotencyKey</code> can come as the header <code>Idempotency-Key</code> instead.</p>
${table('Fields of every action', common, true)}
<p class="after">Rules are asked in stages; a stage that refuses ends the judging, and all rules of one stage are asked, so that every reason is told:</p>
<dl>${STAGES.map((stage) => html`<div><dt>${stage}</dt><dd>${STAGE_SAYS[stage]}</dd></div>`)}</dl>
</section>
<section aria-labelledby="answers">
<h2 id="answers">Answers</h2>
<dl>
<div><dt>200</dt><dd>Done: the action's output, and <code>_meta</code> with <code>status</code>, <code>actionId</code> and <code>warnings</code>; or what a dry run found.</dd></div>
<div><dt>202</dt><dd>Held for an administrator's approval (<code>"status": "held"</code>), or begun with its outcome not known yet (<code>_meta.status</code> is <code>pending</code>), or, of <code>swarm.inject</code>, taken in.</dd></div>
<div><dt>4xx, 5xx</dt><dd>A problem document (RFC 9457) with a stable <code>code</code>, a sentence, each reason, and <code>retryAfterMs</code> where waiting helps.</dd></div>
</dl>
<details>
<summary>All codes</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Codes"><table>
<thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead>
<tbody>${ERROR_CODES.map(
  (code) => html`<tr><td><code>${code}</code></td><td>${statusOf(code)}</td><td>${titleOf(code)}</td></tr>`,
)}</tbody>
</table></div>
</details>
</section>
<section aria-labelledby="transports">
<h2 id="transports">MCP transports</h2>
<p><code>${publicUrl}/mcp</code> speaks Streamable HTTP, revisions <code>2026-07-28</code> and <code>2025-11-25</code>. <code>GET /sse</code> and <code>POST /messages</code> are the HTTP+SSE transport of <code>2024-11-05</code> for older clients; it is deprecated. A token in its address (<code>/sse?token=…</code>) ends up in histories and the logs of proxies: prefer the header wherever the client can send one, and expect <code>SSE_QUERY_TOKEN=false</code> one day.</p>
</section>`;

function actionSection(entry: CatalogueEntry, publicUrl: string): Html {
  const { action, tool, path, http, guards } = entry;
  const input = objectSchema(action.name, entry.schema, 'input');
  const output = objectSchema(action.name, action.output, 'output');
  const example = exampleInput(z.toJSONSchema(entry.schema, { io: 'input' }));
  return html`<article aria-labelledby="${tool}">
<h3 id="${tool}"><a href="#${tool}">${headingOf(action.name)}</a></h3>
<p class="route"><code><b>POST</b> ${path}</code>${http === null ? null : html` <code><b>${http.method}</b> ${http.path}</code>`}${action.doors.includes('mcp') ? html` <code><b>tool</b> ${tool}</code>` : null}</p>
<p>${action.says}</p>
<dl>
<div><dt>Who</dt><dd>${WHO[action.access]} (<code>${action.access}</code>)</dd></div>
<div><dt>Effect</dt><dd>${EFFECTS[action.effect]}; risk ${action.risk}</dd></div>
<div><dt>Rules</dt><dd>${STAGES.flatMap((stage) => {
    const ids = guards.filter((guard) => guard.stage === stage).map(({ id }) => id);
    return ids.length === 0 ? [] : [html`<span class="stage"><i>${stage}</i> ${ids.join(', ')}</span> `];
  })}</dd></div>
</dl>
<h4>Input</h4>
${table(`Input of ${tool}`, ownRows(fieldRows(input)), true)}
<h4>Output</h4>
${table(`Output of ${tool}`, fieldRows(output), false)}
<h4>Example</h4>
${block(`Call of ${tool} by curl`, curl(publicUrl, path, example))}
${action.doors.includes('mcp') ? block(`Call of ${tool} by MCP`, toolCall(tool, example)) : null}
</article>`;
}

function table(label: string, rows: readonly FieldRow[], input: boolean): Html {
  if (rows.length === 0) return html`<p>Nothing of its own.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">${input ? 'About' : 'Meaning'}</th></tr></thead>
<tbody>${rows.map(
    ({ path, type, required, limits, fallback, says }) => html`<tr>
<td><code>${path}</code>${input && required ? html` <em>required</em>` : null}</td>
<td>${type}</td>
<td>${says}${input && fallback !== null ? html` <span class="more">Default <code>${fallback}</code>.</span>` : null}${
      input && limits.length > 0
        ? html` <span class="more">${limits.map((limit, i) => html`${i === 0 ? '' : ', '}<code>${limit}</code>`)}</span>`
        : null
    }</td>
</tr>`,
  )}</tbody>
</table></div>`;
}

const block = (label: string, text: string): Html =>
  html`<pre tabindex="0" role="region" aria-label="${label}"><code>${text}</code></pre>`;

/** In single quotes of a POSIX shell, where only the quote itself is special. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const toolCall = (tool: string, input: unknown): string =>
  `{"method":"tools/call","params":{"name":"${tool}",\n  "arguments":${JSON.stringify(input)}}}`;

const curl = (publicUrl: string, path: string, input: unknown): string =>
  [
    `curl ${publicUrl}${path}`,
    '  -H "Authorization: Bearer $SALLYPORT_TOKEN"',
    "  -H 'Content-Type: application/json'",
    `  -d ${quoted(JSON.stringify(input))}`,
  ].join(' \\\n');
