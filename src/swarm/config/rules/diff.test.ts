import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PROMPT, small, whole } from '../../../../test/swarm/config/swarms.ts';
import { type SwarmConfig, swarmConfig } from '../schema.ts';
import { diffConfigs, sectionsOf, withoutAgents } from './diff.ts';
import { configHash } from './hash.ts';
import { shownConfig } from './shown.ts';

const WHOLE = swarmConfig.parse(whole());

/** Every leaf of a configuration: where it stands, and how to put something else there. */
type Place = readonly (string | number)[];
function places(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([name, inner]) =>
    places(inner, [...at, Array.isArray(value) ? Number(name) : name]),
  );
}
const PLACES = places(WHOLE);

function changed(config: SwarmConfig, at: Place): SwarmConfig {
  const copy = structuredClone(config);
  let holder = copy as unknown as Record<string | number, unknown>;
  for (const step of at.slice(0, -1)) holder = holder[step] as typeof holder;
  const last = at.at(-1)!;
  const was = holder[last];
  holder[last] = typeof was === 'number' ? was + 1 : typeof was === 'boolean' ? !was : `${String(was)}x`;
  return copy;
}

test('a configuration changes nothing of itself, in whatever order it stands', () => {
  expect(diffConfigs(WHOLE, structuredClone(WHOLE))).toEqual([]);
  const turned = {
    ...WHOLE,
    agents: WHOLE.agents.toReversed(),
    models: WHOLE.models.toReversed(),
    tools: WHOLE.tools.toReversed(),
  };
  expect(diffConfigs(WHOLE, turned)).toEqual([]);
});

test('every leaf that changes is named, with its section, and nothing else is', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PLACES), (at) => {
      const after = changed(WHOLE, at);
      const changes = diffConfigs(WHOLE, after);
      expect(changes.length).toBeGreaterThan(0);
      const [list, i] = at;
      // what is renamed is removed and added whole
      if (at.at(-1) === 'name' || at.at(-1) === 'alias') return;
      const owner =
        typeof i === 'number'
          ? ((WHOLE[list as 'agents'][i] as { name?: string; alias?: string }).name ??
            (WHOLE.models[i]?.alias as string))
          : null;
      for (const { path } of changes)
        expect(path.startsWith(owner === null ? String(list) : `${list}.${owner}.`)).toBe(true);
      expect(configHash(after)).not.toBe(configHash(WHOLE));
    }),
    { numRuns: 200 },
  );
});

test('each thing belongs to the section that its right is given for', () => {
  const section = (spoil: (config: SwarmConfig) => void) => {
    const after = structuredClone(WHOLE);
    spoil(after);
    return sectionsOf(diffConfigs(WHOLE, after));
  };
  expect(section((c) => Object.assign(c.agents[0]!, { prompt: 'x' }))).toEqual(['prompts']);
  expect(section((c) => Object.assign(c.agents[0]!, { model: 'small' }))).toEqual(['models']);
  expect(section((c) => Object.assign(c.agents[0]!, { peers: [] }))).toEqual(['peers']);
  expect(section((c) => Object.assign(c.agents[0]!, { tools: [] }))).toEqual(['tools']);
  expect(section((c) => Object.assign(c.agents[0]!, { input: true }))).toEqual(['schemas']);
  expect(section((c) => Object.assign(c.agents[0]!.limits, { maxSteps: 6 }))).toEqual(['limits']);
  expect(section((c) => Object.assign(c.agents[3]!.worker!, { timeoutMs: 6 }))).toEqual(['agents']);
  expect(section((c) => Object.assign(c.models[0]!.keys[0]!, { apiKeyEnv: 'OTHER' }))).toEqual(['models']);
  expect(section((c) => Object.assign(c.tools[1]!, { domains: ['b.example.com'] }))).toEqual(['tools']);
  expect(section((c) => Object.assign(c.policies.flow, { newLink: 'deny' }))).toEqual(['policies']);
  expect(section((c) => Object.assign(c.swarm, { visibility: 'private' }))).toEqual(['policies']);
  expect(section((c) => Object.assign(c.swarm.limits, { depth: 9 }))).toEqual(['limits']);
  // a new mind brings its prompt, model and limits
  expect(section((c) => c.agents.push({ ...c.agents[1]!, name: 'new', peers: ['orders'] }))).toEqual([
    'agents',
    'limits',
    'models',
    'peers',
    'prompts',
    'tools',
  ]);
});

test('a lower limit tightens, a higher one and one that is taken away do not', () => {
  const limits = (more: object) =>
    diffConfigs(WHOLE, { ...WHOLE, swarm: { ...WHOLE.swarm, limits: { ...WHOLE.swarm.limits, ...more } } });
  expect(limits({ depth: 3 })).toMatchObject([{ tightens: true, before: 4, after: 3 }]);
  expect(limits({ usdPerDay: '4.99' })).toMatchObject([{ tightens: true }]);
  expect(limits({ usdPerUserPerDay: '1.00' })).toMatchObject([{ is: 'added', tightens: true }]);
  expect(limits({ depth: 5 })).toMatchObject([{ tightens: false }]);
  expect(limits({ tokensPerDay: undefined })).toMatchObject([{ is: 'removed', tightens: false }]);
});

test('prompts and programs’ arguments are told by hash and length, secrets by name', () => {
  const told = JSON.stringify(diffConfigs(null, WHOLE));
  expect(told).not.toContain('CANARY');
  expect(told).not.toContain('/srv/files');
  expect(told).toContain('MODEL_KEY');
  const [change] = diffConfigs(swarmConfig.parse(small()), swarmConfig.parse(small(`${PROMPT}!`)));
  expect(change).toMatchObject({
    path: 'agents.front-desk.prompt',
    before: { hidden: true, characters: PROMPT.length },
    after: { characters: PROMPT.length + 1 },
  });
});

test('what is about a hidden agent is left out, also among its peers', () => {
  const told = JSON.stringify(diffConfigs(null, withoutAgents(WHOLE, new Set(['orders']))));
  expect(told).not.toMatch(/"orders"|agents\.orders/);
  expect(told).toContain('front-desk');
  const shown = JSON.stringify(shownConfig(WHOLE, { prompts: false, sees: (name) => name !== 'orders' }).agents);
  expect(shown).not.toContain('"orders"');
  expect(shown).not.toContain('CANARY');
});

test('prompts are shown to who may read them', () => {
  expect(JSON.stringify(shownConfig(WHOLE, { prompts: true, sees: () => true }))).toContain(PROMPT);
});
