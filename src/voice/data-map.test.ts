import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeContract, functionFaults } from '../../test/voice/swml-contract.ts';
import { ConfigurationError } from './configuration-error.ts';
import { createExpressionTool, createSimpleApiTool, DataMap, type ForeachConfig } from './data-map.ts';
import { FunctionResult } from './function-result.ts';
import { getAllowedEnvPrefixes, setAllowedEnvPrefixes } from './tools/environment-references.ts';

const says = (text: string) => new FunctionResult(text);

/** One of each, as its method makes it. */
const weather = () =>
  new DataMap('weather')
    .purpose('The weather in a city')
    .parameter('city', 'string', 'City', { required: true })
    .parameter('unit', 'string', 'Unit', { enum: ['C', 'F'] })
    .parameter('days', 'integer', 'How far ahead', { enum: [1, 2] })
    .parameter('alerts', 'array', 'Which alerts')
    .webhook('get', `https://a.example/?q=\${args.city}`, {
      headers: { Accept: 'application/json' },
      inputArgsAsParams: true,
      requireArgs: ['city'],
    })
    .params({ key: 1 })
    .foreach({ input_key: 'results', output_key: 'all', append: `\${this.name} `, max: 3 })
    .webhookExpressions([{ string: `\${status}`, pattern: 'ok', output: says('Fine.') }])
    .errorKeys(['error'])
    .output(says(`\${all}`).setMetadata({ seen: true }))
    .webhook('POST', 'https://b.example')
    .output(new FunctionResult().hangup())
    .fallbackOutput(says('No idea.'));

describe('a function that the platform runs by itself', () => {
  it('is a definition for a script', () => {
    expect(weather().toSwaigFunction()).toEqual({
      function: 'weather',
      description: 'The weather in a city',
      parameters: {
        type: 'object',
        properties: {
          city: { type: 'string', description: 'City' },
          unit: { type: 'string', description: 'Unit', enum: ['C', 'F'] },
          days: { type: 'integer', description: 'How far ahead', enum: [1, 2] },
          alerts: { type: 'array', description: 'Which alerts', items: { type: 'string' } },
        },
        required: ['city'],
      },
      data_map: {
        webhooks: [
          {
            url: `https://a.example/?q=\${args.city}`,
            method: 'GET',
            headers: { Accept: 'application/json' },
            input_args_as_params: true,
            require_args: ['city'],
            params: { key: 1 },
            foreach: { input_key: 'results', output_key: 'all', append: `\${this.name} `, max: 3 },
            expressions: [{ string: `\${status}`, pattern: 'ok', output: { response: 'Fine.' } }],
            error_keys: ['error'],
            output: { response: `\${all}`, action: [{ set_meta_data: { seen: true } }] },
          },
          { url: 'https://b.example', method: 'POST', output: { response: '', action: [{ hangup: true }] } },
        ],
        output: { response: 'No idea.' },
      },
    });
  });

  it('has forms, bodies, answers to no match and keys of failure for every webhook', () => {
    const map = new DataMap('ask')
      .globalErrorKeys(['fault'])
      .webhook('POST', 'https://a.example', { formParam: 'data' })
      .body({ q: `\${args.q}` })
      .expression(`\${args.q}`, /^yes$/i, says('Yes.'), says('No.'));
    expect(map.toSwaigFunction()).toEqual({
      function: 'ask',
      description: 'Execute ask',
      parameters: { type: 'object', properties: {} },
      data_map: {
        expressions: [
          {
            string: `\${args.q}`,
            pattern: '^yes$',
            output: { response: 'Yes.' },
            'nomatch-output': { response: 'No.' },
          },
        ],
        webhooks: [{ url: 'https://a.example', method: 'POST', form_param: 'data', body: { q: `\${args.q}` } }],
        error_keys: ['fault'],
      },
    });
    expect(new DataMap('ask').errorKeys(['fault']).toSwaigFunction().data_map).toEqual({ error_keys: ['fault'] });
  });

  it('is given to an agent as a definition', () => {
    const given: unknown[] = [];
    const map = weather();
    expect(map.registerWithAgent({ registerSwaigFunction: (definition) => given.push(definition) })).toBe(map);
    expect(given).toEqual([map.toSwaigFunction()]);
  });

  it('is copied in: who changes it later changes nothing', () => {
    const body = { deep: [1] };
    const result = says('a');
    const map = new DataMap('f').webhook('POST', 'https://a.example').body(body).output(result);
    const before = JSON.stringify(map.toSwaigFunction());
    body.deep.push(2);
    result.setResponse('b').hangup();
    (map.toSwaigFunction().data_map as { webhooks: unknown[] }).webhooks.pop();
    expect(JSON.stringify(map.toSwaigFunction())).toBe(before);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['a name that the platform can’t call', () => new DataMap('get weather'), /no name/],
    ['a body before a webhook', () => new DataMap('f').body({}), /Must add webhook/],
    ['parameters of a webhook before it', () => new DataMap('f').params({}), /Must add webhook/],
    ['an output before a webhook', () => new DataMap('f').output(says('x')), /Must add webhook/],
    ['expressions of a webhook before it', () => new DataMap('f').webhookExpressions([]), /Must add webhook/],
    [
      'a foreach before a webhook',
      () => new DataMap('f').foreach({ input_key: 'a', output_key: 'b', append: 'c' }),
      /Must add webhook/,
    ],
    [
      'a foreach that appends nothing',
      () => new DataMap('f').webhook('GET', 'https://a').foreach({ input_key: 'a', output_key: 'b' } as ForeachConfig),
      /append/,
    ],
    [
      'a method that the platform has not',
      () => new DataMap('f').webhook('PATCH', 'https://a'),
      /GET, POST, PUT, DELETE/,
    ],
    ['a type that there is not', () => new DataMap('f').parameter('a', 'text', 'A'), /string, integer/],
    ['values of another type', () => new DataMap('f').parameter('a', 'integer', 'A', { enum: ['1'] }), /integer/],
    [
      'one that does nothing, given to an agent',
      () => new DataMap('f').registerWithAgent({ registerSwaigFunction: () => {} }),
      /does nothing/,
    ],
  ])('refuses %s', (_, give, text) => {
    expect(give).toThrow(ConfigurationError);
    expect(give).toThrow(text);
  });
});

describe('tools in one call', () => {
  it('ask one web service', () => {
    const tool = createSimpleApiTool({
      name: 'search',
      url: 'https://a.example',
      responseTemplate: `Found \${total}.`,
      parameters: { query: { required: true }, limit: { type: 'integer', description: 'At most' } },
      method: 'POST',
      headers: { Accept: '*/*' },
      body: { q: 1 },
      errorKeys: ['error'],
    });
    expect(tool.toSwaigFunction()).toMatchObject({
      function: 'search',
      parameters: {
        properties: {
          query: { type: 'string', description: 'query parameter' },
          limit: { type: 'integer', description: 'At most' },
        },
        required: ['query'],
      },
      data_map: {
        webhooks: [
          {
            url: 'https://a.example',
            method: 'POST',
            headers: { Accept: '*/*' },
            body: { q: 1 },
            error_keys: ['error'],
            output: { response: `Found \${total}.` },
          },
        ],
      },
    });
  });

  it('compare texts', () => {
    const patterns = { [`\${args.word}`]: ['^(hi|hello)', says('Hello.')] } as const;
    expect(createExpressionTool({ name: 'greet', patterns }).toSwaigFunction().data_map).toEqual({
      expressions: [{ string: `\${args.word}`, pattern: '^(hi|hello)', output: { response: 'Hello.' } }],
    });
  });
});

describe('variables of the environment in a definition', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    setAllowedEnvPrefixes(['SIGNALWIRE_', 'SWML_', 'SW_']);
  });
  const url = (map: DataMap) => (map.toSwaigFunction().data_map['webhooks'] as { url: string }[])[0]?.url;
  const asking = (text: string) => new DataMap('f').webhook('GET', text);

  it('are filled in only when it is asked for', () => {
    vi.stubEnv('SW_REGION', 'eu');
    const text = `https://\${ENV.SW_REGION}.example/\${args.city}`;
    expect(url(asking(text))).toBe(text);
    expect(url(asking(text).enableEnvExpansion())).toBe(`https://eu.example/\${args.city}`);
    expect(url(asking(text).enableEnvExpansion().enableEnvExpansion(false))).toBe(text);
  });

  it('are empty when they are not set, or have no prefix that is allowed', () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'hidden');
    vi.stubEnv('MY_SW_KEY', 'hidden');
    expect(
      url(asking(`a\${ENV.AWS_SECRET_ACCESS_KEY}\${ENV.MY_SW_KEY}\${ENV.SW_NEVER_SET}b`).enableEnvExpansion()),
    ).toBe('ab');
  });

  it('may have other prefixes, of one definition or of all; none allow nothing', () => {
    vi.stubEnv('MY_KEY', 'k');
    vi.stubEnv('SW_REGION', 'eu');
    const text = `\${ENV.MY_KEY}-\${ENV.SW_REGION}`;
    expect(url(asking(text).enableEnvExpansion().setAllowedEnvPrefixes(['MY_']))).toBe('k-');
    expect(url(asking(text).enableEnvExpansion().setAllowedEnvPrefixes([]))).toBe('-');
    setAllowedEnvPrefixes(['MY_']);
    expect([url(asking(text).enableEnvExpansion()), getAllowedEnvPrefixes()]).toEqual(['k-', ['MY_']]);
  });

  it.each(['SIGNALWIRE_SWAIG_SECRET', 'SIGNALWIRE_SWAIG_SECRET_PREVIOUS', 'SIGNALWIRE_SIGNING_KEY'])(
    'are never %s, by which one could pass for the agent or the platform',
    (name) => {
      vi.stubEnv(name, 'hidden');
      expect(url(asking(`a\${ENV.${name}}`).enableEnvExpansion().setAllowedEnvPrefixes(['']))).toBe('a');
    },
  );

  it('are not what every object has', () => {
    expect(url(asking(`a\${ENV.constructor}\${ENV.__proto__}`).enableEnvExpansion().setAllowedEnvPrefixes(['']))).toBe(
      'a',
    );
  });

  it('are filled in once: what they hold is not looked into', () => {
    vi.stubEnv('SW_OUTER', `\${ENV.SW_INNER}`);
    vi.stubEnv('SW_INNER', 'inner');
    expect(url(asking(`\${ENV.SW_OUTER}`).enableEnvExpansion())).toBe(`\${ENV.SW_INNER}`);
  });

  it('are filled in wherever a text stands', () => {
    vi.stubEnv('SW_NAME', 'n');
    const text = `\${ENV.SW_NAME}`;
    const map = asking(text)
      .purpose(text)
      .params({ deep: [{ text }] })
      .output(says(text));
    expect(JSON.stringify(map.enableEnvExpansion().toSwaigFunction())).not.toContain('ENV');
  });
});

describeContract(() => {
  it('describes them', () => {
    expect(functionFaults(weather().toSwaigFunction())).toEqual([]);
  });

  it('describes them with any values', () => {
    const text = fc.string();
    const type = fc.constantFrom('string', 'integer', 'number', 'boolean', 'array', 'object');
    const method = fc.constantFrom('get', 'post', 'put', 'delete');
    const data = fc.dictionary(text, fc.jsonValue(), { maxKeys: 3 });
    fc.assert(
      fc.property(fc.dictionary(text, type, { maxKeys: 4 }), method, text, data, (parameters, verb, any, record) => {
        const map = new DataMap('f')
          .webhook(verb, any, { requireArgs: [any] })
          .params(record)
          .output(says(any));
        for (const [name, one] of Object.entries(parameters)) map.parameter(name, one, any, { required: true });
        expect(functionFaults(map.expression(any, any, says(any).hangup()).toSwaigFunction())).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, DataMap]>([
    ['bodies of webhooks', new DataMap('f').webhook('POST', 'https://a.example').body({})],
    ['forms', new DataMap('f').webhook('POST', 'https://a.example', { formParam: 'data' })],
    ['answers to no match', new DataMap('f').expression('a', 'b', says('c'), says('d'))],
    ['keys of failure for every webhook', new DataMap('f').globalErrorKeys(['a']).webhook('GET', 'https://a.example')],
    ['one more turn of the model', new DataMap('f').fallbackOutput(new FunctionResult('a', true).hangup())],
  ])('leaves out %s, still', (_, map) => {
    expect(functionFaults(map.toSwaigFunction())).not.toEqual([]);
  });
});
