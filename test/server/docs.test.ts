/** The page to read: complete, without script or anything from elsewhere, and to be used by keyboard. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readAction } from '../../src/guard/action.ts';
import { createCatalogue } from '../../src/guard/catalogue.ts';
import { SCOPES } from '../../src/guard/principal.ts';
import { catalogueToRead } from '../../src/main/actions.ts';
import { docsPage } from '../../src/server/docs/page.ts';
import { DOCS_STYLE } from '../../src/server/docs/style.ts';
import { type Answer, ask, listening } from './fixture.ts';

const catalogue = catalogueToRead();
const page = docsPage({ catalogue, version: '1.2.3', publicUrl: 'https://door.example' });
const entries = catalogue.entries.filter(({ action }) => action.doors.includes('rest'));

describe('over HTTP', () => {
  let answers: Map<string, Answer>;
  beforeAll(async () => {
    const endings: (() => Promise<void>)[] = [];
    const { port } = await listening({}, (end) => endings.push(end));
    const paths = ['/api/docs', '/api/docs/style.css', '/api/v1/openapi.json'];
    answers = new Map(
      await Promise.all(paths.map(async (path) => [path, await ask(port, path, { method: 'GET' })] as const)),
    );
    for (const path of paths) expect((await ask(port, path, { method: 'POST' })).status).toBe(405);
    await Promise.all(endings.map((end) => end()));
  });

  it.for([
    ['/api/docs', 'text/html; charset=utf-8'],
    ['/api/docs/style.css', 'text/css; charset=utf-8'],
    ['/api/v1/openapi.json', 'application/json'],
  ] as const)('%s is there for anybody', ([path, type]) => {
    expect(answers.get(path)).toMatchObject({
      status: 200,
      headers: { 'content-type': type, 'x-content-type-options': 'nosniff' },
    });
  });

  it('the page may load its stylesheet and nothing else', () => {
    expect(answers.get('/api/docs')!.headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    expect(answers.get('/api/v1/openapi.json')!.headers['content-security-policy']).not.toContain('style-src');
  });
});

describe('the page', () => {
  it('has no script, no inline style, and nothing from elsewhere', () => {
    expect(page).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|javascript:|<img|<iframe|<form/i);
    const loaded = [...page.matchAll(/<link[^>]*>/g)].map(([link]) => link);
    expect(loaded).toEqual(['<link rel="stylesheet" href="/api/docs/style.css">']);
    expect(DOCS_STYLE).not.toMatch(/@import|url\(/);
    for (const [, address] of page.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^(?:#|\/api\/)/);
  });

  it('has a target for every link within it, and each only once', () => {
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/(?:href="#|aria-labelledby=")([^"]*)"/g)) expect(ids).toContain(target);
  });

  it('lets a keyboard reach and scroll everything, past the contents too', () => {
    expect(page).toContain('<a class="skip" href="#content">');
    for (const [tag] of page.matchAll(/<(?:pre|div class="scroll")[^>]*>/g))
      expect(tag).toMatch(/tabindex="0" role="region" aria-label="[^"]+"/);
    expect(page).toMatch(/<html lang="en">/);
  });

  it.for(entries.map((entry) => [entry.action.name, entry] as const))(
    'says all there is to know about %s',
    ([, entry]) => {
      const { action, tool, path, guards, schema } = entry;
      const at = page.indexOf(`<article aria-labelledby="${tool}">`);
      const article = page.slice(at, page.indexOf('</article>', at));
      expect(at).toBeGreaterThan(0);
      expect(page).toContain(`<li><a href="#${tool}">`);
      expect(article).toContain(path);
      expect(article).toContain(`<code>${action.access}</code>`);
      expect(article.includes('tools/call')).toBe(action.doors.includes('mcp'));
      for (const name of Object.keys(action.input.shape)) expect(article).toContain(`<code>${name}</code>`);
      for (const { id } of guards) expect(article).toContain(id);
      const order = guards.map(({ stage }) => article.indexOf(`<i>${stage}</i>`));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      const input = /-d (?:&#39;)(.*)(?:&#39;)<\/code>/.exec(article)?.[1]?.replaceAll('&quot;', '"');
      expect(schema.safeParse(JSON.parse(input!)).success).toBe(true);
    },
  );

  it('names every field that all actions have, once', () => {
    const before = page.slice(0, page.indexOf('<article'));
    for (const name of ['agentId', 'organizationId', 'dryRun', 'idempotencyKey'])
      expect(before).toContain(`<code>${name}</code>`);
    expect(page.split('<code>dryRun</code>')).toHaveLength(2);
  });

  it('shows a definition as text, whatever is in it', () => {
    const hostile = `<img src=x onerror=alert(1)>"'&`;
    const text = docsPage({
      version: hostile,
      publicUrl: "https://door.example/'$(id)'",
      catalogue: createCatalogue({
        inputPolicy: 'standard',
        everywhere: () => [],
        actions: [
          readAction({
            name: 'demo.look',
            version: 1,
            says: hostile,
            input: z.object({ [hostile]: z.boolean().describe(hostile), pick: z.enum([hostile, 'b']).default('b') }),
            output: z.object({ [hostile]: z.string().describe(hostile) }),
            access: SCOPES[0],
            subject: 'organization',
            risk: 'low',
            guards: [],
            doors: ['rest', 'mcp'],
            read: async () => ({ [hostile]: '' }),
          }),
        ],
      }),
    });
    expect(text).not.toContain('<img');
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
  });
});
