import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Edge, Topology } from '../../console/src/api/swarm-shapes.ts';
import { argsHash, canonical, pretty } from '../../console/src/swarm/canonical.ts';
import { revealed } from '../../console/src/swarm/hidden-characters.ts';
import { jsonFault, payloadOf, payloadShape } from '../../console/src/swarm/payload-schema.ts';
import { BOX, drawingOf, OUTSIDE } from '../../console/src/swarm/topology-layout.ts';
import { yamlText } from '../../console/src/swarm/yaml-text.ts';
import { commit } from '../../src/audit/commitment.ts';
import { canonicalJson, type Json } from '../../src/kernel/canonical-json.ts';
import { toBase64url } from '../../src/kernel/encoding.ts';
import { swarmConfig } from '../../src/swarm/config/schema.ts';
import { sourceOf } from './swarm-at-work.ts';

/** Some of what may never stand in a text as it is. */
const UNSEEN = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;
const text = fc.string({ unit: 'binary' });
const json = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>;

describe('what an approver reads', () => {
  it('is hashed as the server does, by whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(json, fc.uint8Array({ minLength: 32, maxLength: 32 }), async (input, salt) => {
        expect(canonical(input)).toBe(canonicalJson(input));
        expect(await argsHash(input, toBase64url(salt))).toBe(commit(salt, input));
      }),
    );
  });

  it('is the same value spread over lines', () => {
    fc.assert(
      fc.property(json, (input) => {
        expect(canonical(JSON.parse(pretty(input)))).toBe(canonicalJson(input));
      }),
    );
  });

  it('has every character that is not seen by its number, and no other one changed', () => {
    expect(revealed('pay \u202Eevil\u2066\u200B\uFEFF\u00AD\u{E0041}')).toEqual([
      { text: 'pay ', mark: false },
      { text: 'U+202E', mark: true },
      { text: 'evil', mark: false },
      ...['U+2066', 'U+200B', 'U+FEFF', 'U+00AD', 'U+E0041'].map((one) => ({ text: one, mark: true })),
    ]);
    for (const seen of ['Grüße, 你好, שלום, नमस्ते, 👩🏽‍🚀👍🏻❤️', 'line\n\ttab'])
      expect(revealed(seen)).toEqual([{ text: seen, mark: false }]);
    fc.assert(
      fc.property(text, (any) => {
        const back = revealed(any).map((part) =>
          part.mark ? String.fromCodePoint(Number.parseInt(part.text.slice(2), 16)) : part.text,
        );
        expect(back.join('')).toBe(any);
        for (const part of revealed(any)) if (!part.mark) expect(part.text).not.toMatch(UNSEEN);
      }),
    );
  });
});

describe('a configuration as text', () => {
  it('reads back as what it was, whatever is in it', () => {
    fc.assert(
      fc.property(fc.dictionary(text, json), (value) => {
        expect(canonicalJson(parse(yamlText(value), { maxAliasCount: 0 }) as Json)).toBe(canonicalJson(value));
      }),
    );
    const lines = fc.array(
      fc.constantFrom('Be kind.', '', '  two', 'x: y', '# no', '- a', 'end ', '\ttab', '"q"', "it's"),
    );
    fc.assert(
      fc.property(lines, fc.boolean(), (some, ends) => {
        const value = { agents: [{ name: 'a', prompt: some.join('\n') + (ends ? '\n' : '') }] };
        expect(parse(yamlText(value))).toEqual(value);
      }),
    );
  });

  it('has a swarm without quotes and braces that nobody needs', () => {
    const written = yamlText(swarmConfig.parse(sourceOf('agt_1')));
    expect(parse(written)).toEqual(JSON.parse(JSON.stringify(swarmConfig.parse(sourceOf('agt_1')))));
    expect(written).toContain('  - name: desk\n    description: Talks to people, and asks');
    expect(written).toContain('    prompt: |-\n      You talk to people.\n      Ask the clerk for numbers.\n');
  });
});

describe('what an agent takes', () => {
  it('is a form where it is an object of simple fields, and JSON where it is anything else', () => {
    expect(payloadShape(null)).toEqual({ is: 'text' });
    const { input } = sourceOf('agt_1').agents[2]!;
    const shape = payloadShape(input);
    if (shape.is !== 'fields') throw new Error('no form');
    expect(shape.fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ['order', 'text', true],
      ['copies', 'integer', false],
      ['urgent', 'yes-no', false],
      ['by', 'choice', true],
    ]);
    expect(payloadOf(shape.fields, { order: '7', copies: '', urgent: 'no', by: 'mail' })).toEqual({
      ...{ order: '7', urgent: false, by: 'mail' },
    });
    for (const odd of [
      true,
      { type: 'object', properties: { a: { $ref: '#/x' } } },
      { type: 'object', properties: { a: { type: 'object' } } },
      { type: 'object', properties: { a: { type: 'string' } }, required: ['b'] },
      { type: 'object', properties: { a: { type: 'string' } }, oneOf: [] },
      { type: 'object', properties: {} },
      { type: 'array' },
    ])
      expect(payloadShape(odd)).toEqual({ is: 'json' });
  });

  it('is told where it is no JSON', () => {
    expect(jsonFault('{"a": 1}')).toBeNull();
    expect(jsonFault('')).toBe('Write the message as JSON.');
    expect(jsonFault('{"a": 1,\n  b}')).toMatch(/^This is no JSON: line 2, column 3/);
  });
});

describe('the drawing of who talks to whom', () => {
  const name = fc.nat(29).map((n) => `a${n}`);
  const edge: fc.Arbitrary<Edge> = fc.record({
    ...{ from: fc.option(name), to: name, configured: fc.boolean() },
    ...{ calls: fc.nat(1_000), lastAt: fc.constant(null) },
  });
  const topology = fc.tuple(fc.uniqueArray(name), fc.array(edge, { maxLength: 60 })).map(([names, edges]): Topology => {
    const there = new Set(names);
    const pairs = edges.filter(({ from, to }) => there.has(to) && (from === null || there.has(from)));
    return {
      nodes: names.map((one) => ({ name: one, kind: 'llm', state: 'idle', queue: 0 })),
      edges: [...new Map(pairs.map((one) => [`${one.from} ${one.to}`, one])).values()],
    };
  });

  it('has every agent once, in it and apart from the others, and every link between two of them', () => {
    fc.assert(
      fc.property(topology, (swarm) => {
        const { boxes, lines, width, height } = drawingOf(swarm, null);
        const drawn = boxes.map((box) => box.name).filter((one) => one !== OUTSIDE);
        expect(drawn.toSorted()).toEqual(swarm.nodes.map((node) => node.name).toSorted());
        expect(lines).toHaveLength(swarm.edges.filter(({ from, to }) => from !== to).length);
        for (const one of boxes) {
          expect(one.x >= 0 && one.y >= 0 && one.x + BOX.width <= width && one.y + BOX.height <= height).toBe(true);
          for (const other of boxes)
            if (other !== one && other.x === one.x)
              expect(Math.abs(other.y - one.y)).toBeGreaterThanOrEqual(BOX.height);
        }
      }),
    );
  });

  it('of one agent holds a bounded number of others, and counts what it left out', () => {
    fc.assert(
      fc.property(
        topology.filter(({ nodes }) => nodes.length > 0),
        (swarm) => {
          const focus = swarm.nodes[0]!.name;
          const { boxes, lines, leftOut } = drawingOf(swarm, focus);
          const own = swarm.edges.filter(({ from, to }) => from !== to && (from === focus || to === focus)).length;
          expect(boxes.length).toBeLessThanOrEqual(25);
          expect(lines.length + leftOut).toBe(own);
        },
      ),
    );
  });
});
