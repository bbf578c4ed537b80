/**
 * What others build on: error codes, tools with their properties, routes, what the package gives out. Kept in `surface.txt`;
 * a change is a line of a diff, and a removal is a promise broken.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { ERROR_CODES } from '../../src/kernel/errors.ts';
import { committed } from '../matrix/committed.ts';
import { openHouse, type TestHouse } from '../support/house.ts';

let t: TestHouse;
beforeAll(async () => {
  t = await openHouse();
});
afterAll(() => t[Symbol.asyncDispose]());

/** What the README tells people to type. */
const SCRIPTS = ['start', 'tour', 'test', 'sallyport'];

type JsonSchema = z.core.JSONSchema._JSONSchema;

/** `to* channel=sms limits{perDay}`: `*` required, `=` the default; what is nested in braces, in lists in brackets. */
function properties(schema: JsonSchema): string {
  if (typeof schema === 'boolean') return '';
  const of = Object.entries(schema.properties ?? {}).map(([name, inner]) => {
    if (typeof inner === 'boolean') return name;
    const required = schema.required?.includes(name) ? '*' : '';
    const fallback = inner.default === undefined ? '' : `=${JSON.stringify(inner.default)}`;
    const values = inner.enum === undefined ? '' : `(${inner.enum.join('|')})`;
    const list = typeof inner.items === 'object' && !Array.isArray(inner.items) ? `[${properties(inner.items)}]` : '';
    const nested = inner.properties === undefined ? '' : `{${properties(inner)}}`;
    return `${name}${required}${values}${fallback}${list}${nested}`;
  });
  return of.join(' ');
}

const section = (title: string, lines: readonly string[]): string => [`## ${title}`, ...lines, ''].join('\n');

it('error codes, tools, routes and the package’s exports are those of surface.txt', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const { entries } = t.house.catalogue;
  const text = [
    '# The surface that others build on, derived by test/pins/surface.test.ts. Adding is free; removing, renaming, a new',
    '# required property or a narrower value breaks callers: it needs a line in CHANGELOG.md and, after 1.0, a new version.',
    '',
    section('Error codes', ERROR_CODES),
    section(
      'Tools: name, version, input (* required, = default)',
      entries
        .filter(({ action }) => action.doors.includes('mcp'))
        .map(
          ({ tool, action, schema }) =>
            `${tool} v${action.version}: ${properties(z.toJSONSchema(schema, { io: 'input' }))}`,
        ),
    ),
    section(
      'What tools answer',
      entries
        .filter(({ action }) => action.doors.includes('mcp'))
        .map(({ tool, action }) => `${tool} -> ${properties(z.toJSONSchema(action.output, { io: 'output' }))}`),
    ),
    section(
      'Routes',
      entries
        .filter(({ action }) => action.doors.includes('rest'))
        .flatMap(({ path, http, action }) => [
          `POST ${path} ${action.name}`,
          ...(http === null ? [] : [`${http.method} ${http.path} ${action.name}`]),
        ]),
    ),
    section(
      'Actions by the doors that serve them',
      entries.map(({ action }) => `${action.name} (${action.access}, ${action.subject}): ${action.doors.join(' ')}`),
    ),
    section('Package', [
      `name ${manifest.name}`,
      ...Object.entries(manifest.exports ?? {}).map(([name, to]) => `exports ${name} ${JSON.stringify(to)}`),
      ...Object.entries(manifest.bin ?? {}).map(([name, to]) => `bin ${name} ${String(to)}`),
      ...SCRIPTS.filter((name) => name in manifest.scripts).map((name) => `script ${name}`),
    ]),
  ].join('\n');
  committed(new URL('surface.txt', import.meta.url), text, 'UPDATE_PINS');
});

it('tool names are what every client accepts: letters, digits and underscores, at most 64', () => {
  for (const { tool } of t.house.catalogue.entries) expect(tool).toMatch(/^[a-z][a-z0-9_]{1,63}$/);
});

it('no two actions share a tool or a route', () => {
  for (const of of [({ tool }: { tool: string }) => tool, ({ path }: { path: string }) => path]) {
    const all = t.house.catalogue.entries.map(of);
    expect(new Set(all).size).toBe(all.length);
  }
});
