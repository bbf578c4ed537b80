/** Whatever an agent is made of, its script is one that the platform's own description takes. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { VERBS } from '../../src/voice/agent/verbs.ts';
import { AgentBase } from '../../src/voice/agent-base.ts';
import { DataMap } from '../../src/voice/data-map.ts';
import { FunctionResult } from '../../src/voice/function-result.ts';
import { suppressAllLogs } from '../../src/voice/logger.ts';
import { describeContract, scriptFaults } from './swml-contract.ts';

suppressAllLogs();

type Change = (agent: AgentBase) => unknown;

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const title = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const name = fc.stringMatching(/^[a-z][a-z_]{0,8}$/);
const data = fc.dictionary(name, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
const url = fc.constantFrom('https://a.example/x', 'https://b.example/y?z=1');
const change = <T extends unknown[]>(
  values: { [I in keyof T]: fc.Arbitrary<T[I]> },
  run: (agent: AgentBase, ...args: T) => unknown,
) =>
  fc.tuple(...(values as fc.Arbitrary<unknown>[])).map(
    (args): Change =>
      (agent) =>
        run(agent, ...(args as T)),
  );

const section = fc.record({ body: text, bullets: fc.array(text, { maxLength: 3 }) }, { requiredKeys: [] });

/** Every JSON Schema that a builder may write, whether the platform knows its words or not. */
const { schema } = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.record(
      {
        type: fc.constant('string'),
        minLength: fc.nat(9),
        pattern: fc.constant('^a'),
        format: fc.constantFrom('date-time', 'email', 'regex'),
        description: text,
      },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constantFrom('integer', 'number'),
        minimum: fc.integer(),
        exclusiveMaximum: fc.integer(),
        enum: fc.array(fc.integer()),
        default: fc.integer(),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ type: fc.constant('boolean'), default: fc.boolean() }, { requiredKeys: ['type'] }),
    fc.record({ enum: fc.array(fc.oneof(text, fc.integer(), fc.constant(null)), { minLength: 1 }) }),
    fc.record({ const: fc.jsonValue({ maxDepth: 1 }) }),
    fc.constant({ type: ['string', 'null'] }),
    fc.constant({}),
    fc.record({ type: fc.constant('array'), items: tie('schema'), maxItems: fc.nat() }, { requiredKeys: ['type'] }),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(name, tie('schema'), { maxKeys: 3 }),
        additionalProperties: fc.boolean(),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      { anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }), description: text },
      { requiredKeys: ['anyOf'] },
    ),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
  ) as fc.Arbitrary<Record<string, unknown>>,
}));

const ZODS = [
  z.object({}),
  z.object({ when: z.iso.datetime(), party: z.number().int().min(1).max(12), note: z.string().max(200).optional() }),
  z.object({
    kind: z.enum(['a', 'b']),
    tags: z.array(z.string()).min(1),
    nested: z.object({ a: z.boolean().nullable() }),
  }),
  z.object({ either: z.union([z.string(), z.number()]), of: z.literal(3), map: z.record(z.string(), z.number()) }),
  z.object({
    by: z.discriminatedUnion('is', [z.object({ is: z.literal('x'), a: z.string() }), z.object({ is: z.literal('y') })]),
  }),
  z.object({ at: z.date(), big: z.bigint(), any: z.unknown(), tuple: z.tuple([z.string(), z.number()]) }),
];

const handler = () => '';
const CHANGES: readonly fc.Arbitrary<Change>[] = [
  change([text], (agent, given) => agent.setPromptText(given)),
  change([text], (agent, given) => agent.setPostPrompt(given)),
  change([title, section], (agent, at, given) => agent.promptAddSection(at, given)),
  change([title, text], (agent, at, bullet) => agent.promptAddToSection(at, { bullet })),
  change([title, title, section], (agent, at, under, given) => agent.promptAddSubsection(at, under, given)),
  change([text], (agent, hint) => agent.addHint(hint)),
  change([text, text, text, fc.boolean()], (agent, hint, pattern, replace, ignoreCase) =>
    agent.addPatternHint({ hint, pattern, replace, ignoreCase }),
  ),
  change(
    [text, fc.option(fc.array(text), { nil: undefined }), fc.option(fc.array(text), { nil: undefined })],
    (agent, voice, speech, functions) =>
      agent.addLanguage({
        name: 'English',
        code: 'en-US',
        voice,
        ...(speech && { speechFillers: speech }),
        ...(functions && { functionFillers: functions }),
      }),
  ),
  change([text, text], (agent, replace, spoken) => agent.addPronunciation({ replace, with: spoken, ignoreCase: true })),
  change(
    [fc.constantFrom('end_of_speech_timeout', 'attention_timeout'), fc.integer({ min: 10_000, max: 10_000 })],
    (agent, key, value) => agent.setParam(key, value),
  ),
  change([data], (agent, given) => agent.setGlobalData(given)),
  change([fc.subarray(['check_time', 'wait_seconds', 'wait_for_user'])], (agent, given) =>
    agent.setNativeFunctions(given),
  ),
  change([url, fc.array(name), data], (agent, at, names, meta) => agent.addFunctionInclude(at, names, meta)),
  change([fc.constantFrom('hangup', 'next_step'), fc.array(text)], (agent, at, phrases) =>
    agent.addInternalFiller(at, 'en', phrases),
  ),
  change([fc.integer({ min: 0, max: 2 })], (agent, level) => agent.enableDebugEvents(level)),
  change([data], (agent, given) => agent.addPreAnswerVerb('set', given)),
  change([fc.nat(5_000)], (agent, duration) => agent.addPostAnswerVerb('sleep', { duration })),
  change([text], (agent, at) => agent.addPostAnswerVerb('play', { url: `say:${at}` })),
  change([], (agent) => agent.addPostAiVerb('hangup', {})),
  change([fc.integer({ min: 1, max: 14_400 })], (agent, max_duration) => agent.addAnswerVerb({ max_duration })),
  change([fc.dictionary(name, text, { maxKeys: 2 })], (agent, given) => agent.addSwaigQueryParams(given)),
  change([fc.double({ min: 0, max: 1, noNaN: true })], (agent, top_p) =>
    agent.setPromptLlmParams({ top_p }).setPostPromptLlmParams({ top_p }),
  ),
  change([url], (agent, at) => agent.setWebHookUrl(at)),
  change([url], (agent, at) => agent.setPostPromptUrl(at)),
  change([name, text, schema], (agent, at, description, given) =>
    agent.defineTool({ name: at, description, parameters: { type: 'object', properties: { given } }, handler }),
  ),
  change([name, fc.dictionary(name, schema, { maxKeys: 3 })], (agent, at, parameters) =>
    agent.defineTool({ name: at, description: 'x', parameters, secure: false, handler }),
  ),
  change([name, fc.constantFrom(...ZODS)], (agent, at, parameters) =>
    agent.defineTool({ name: at, description: 'x', parameters, handler }),
  ),
  change([name, fc.array(text, { minLength: 1 })], (agent, at, phrases) =>
    agent.defineTool({
      name: at,
      description: 'x',
      fillers: { en: phrases },
      waitFile: 'https://a.example/wait.mp3',
      waitFileLoops: 2,
      handler,
    }),
  ),
  change([name, url], (agent, at, webhookUrl) => agent.defineTool({ name: at, description: 'x', webhookUrl, handler })),
  change([name, url, text], (agent, at, where, said) =>
    new DataMap(at).description('x').webhook('GET', where).output(new FunctionResult(said)).registerWithAgent(agent),
  ),
  change([name, text], (agent, at, said) =>
    agent.defineContexts().addContext('default').addStep(at).setText(`.${said}`),
  ),
];

describeContract(() => {
  it('any agent’s script', () => {
    const options = fc.record({
      usePom: fc.boolean(),
      autoAnswer: fc.boolean(),
      recordCall: fc.boolean(),
      recordFormat: fc.constantFrom('mp3', 'mp4', 'wav'),
    });
    fc.assert(
      fc.property(options, fc.array(fc.oneof(...CHANGES), { maxLength: 12 }), (given, changes) => {
        const agent = new AgentBase({ name: 'any', ...given, settings: { proxyUrlBase: 'https://agent.example.com' } });
        for (const apply of changes) apply(agent);
        expect(scriptFaults(JSON.parse(agent.renderSwml('call-1')))).toEqual([]);
        expect(scriptFaults(JSON.parse(agent.renderSwml('call-1', { global_data: { more: 1 } })))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('knows every verb by which it can be refused', () => {
    expect(Object.keys(VERBS)).toHaveLength(38);
  });
});
