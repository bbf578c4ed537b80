import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contractVerbs,
  describeContract,
  scriptFaults,
  swmlSchema,
  verbFaults,
} from '../../test/voice/swml-contract.ts';
import { inOwnScope } from './agent/call-scope.ts';
import { VERBS, type VerbName } from './agent/verbs.ts';
import { ConfigurationError } from './configuration-error.ts';
import { SwmlBuilder } from './swml-builder.ts';

/** Each verb by its method, told what it needs. */
const BY_METHOD: Readonly<Record<VerbName, (builder: SwmlBuilder) => SwmlBuilder>> = {
  answer: (builder) => builder.answer(),
  ai: (builder) => builder.ai({ prompt: { text: 'Be kind.' } }),
  amazon_bedrock: (builder) => builder.amazon_bedrock({ prompt: { text: 'Be kind.' } }),
  cond: (builder) => builder.cond([{ else: [{ hangup: {} }] }]),
  connect: (builder) => builder.connect({ to: '+15550001' }),
  denoise: (builder) => builder.denoise(),
  enter_queue: (builder) => builder.enter_queue({ queue_name: 'help', transfer_after_bridge: 'done' }),
  execute: (builder) => builder.execute({ dest: 'menu' }),
  goto: (builder) => builder.goto({ label: 'again', max: 3 }),
  label: (builder) => builder.label('again'),
  live_transcribe: (builder) => builder.live_transcribe({ action: 'stop' }),
  live_translate: (builder) => builder.live_translate({ action: 'stop' }),
  hangup: (builder) => builder.hangup({ reason: 'busy' }),
  join_room: (builder) => builder.join_room({ name: 'standup' }),
  join_conference: (builder) => builder.join_conference({ name: 'floor' }),
  play: (builder) => builder.play({ url: 'say:Hello' }),
  prompt: (builder) => builder.prompt({ play: 'say:Your number?', max_digits: 4 }),
  receive_fax: (builder) => builder.receive_fax(),
  record: (builder) => builder.record(),
  record_call: (builder) => builder.record_call({ format: 'mp3' }),
  request: (builder) => builder.request({ url: 'https://a.example', method: 'GET' }),
  return: (builder) => builder.return(),
  send_digits: (builder) => builder.send_digits({ digits: '1w2' }),
  send_fax: (builder) => builder.send_fax({ document: 'https://a.example/a.pdf' }),
  send_sms: (builder) => builder.send_sms({ to_number: '+15550001', from_number: '+15550002', body: 'Hi' }),
  set: (builder) => builder.set({ a: 1 }),
  sleep: (builder) => builder.sleep(2).sleep({ duration: 1 }).sleep(`\${vars.pause}`),
  sip_refer: (builder) => builder.sip_refer({ to_uri: 'sip:a@example.com' }),
  stop_denoise: (builder) => builder.stop_denoise(),
  stop_record_call: (builder) => builder.stop_record_call(),
  stop_tap: (builder) => builder.stop_tap(),
  switch: (builder) => builder.switch({ variable: 'digits', case: { 1: [{ hangup: {} }] } }),
  tap: (builder) => builder.tap({ uri: 'wss://a.example' }),
  transfer: (builder) => builder.transfer({ dest: 'menu' }),
  unset: (builder) => builder.unset('a').unset(['b', 'c']),
  pay: (builder) => builder.pay({ payment_connector_url: 'https://pay.example.com' }),
  detect_machine: (builder) => builder.detect_machine(),
  user_event: (builder) => builder.user_event({ event: { type: 'dealt' } }),
};

describe('a script without an AI', () => {
  it('begins with an empty main', () => {
    expect(new SwmlBuilder().getDocument()).toEqual({ version: '1.0.0', sections: { main: [] } });
  });

  it('has its verbs in order, in main and in sections of its own', () => {
    const builder = new SwmlBuilder()
      .answer({ max_duration: 60 })
      .addVerb('play', { url: 'say:Hello' })
      .addSection('menu')
      .addVerbToSection('menu', 'hangup', {})
      .addSection('menu');
    const document = {
      version: '1.0.0',
      sections: { main: [{ answer: { max_duration: 60 } }, { play: { url: 'say:Hello' } }], menu: [{ hangup: {} }] },
    };
    expect(builder.getDocument()).toEqual(document);
    expect([builder.build(), builder.document, builder.toDict()]).toEqual([document, document, document]);
    expect([builder.render(), builder.renderDocument()]).toEqual([JSON.stringify(document), JSON.stringify(document)]);
  });

  it('speaks', () => {
    expect(new SwmlBuilder().say('Hi', { voice: 'v', gender: 'male', volume: 3 }).getDocument().sections).toEqual({
      main: [{ play: { url: 'say:Hi', say_voice: 'v', say_gender: 'male', volume: 3 } }],
    });
  });

  it('starts over', () => {
    const builder = new SwmlBuilder().answer().addSection('menu').reset();
    expect(builder.getDocument().sections).toEqual({ main: [] });
  });

  it.each(Object.entries(BY_METHOD))('has a method for %s', (name, add) => {
    for (const verb of add(new SwmlBuilder()).getDocument().sections['main'] ?? [])
      expect(Object.keys(verb)).toEqual([name]);
  });

  it('refuses a verb that there is not, and says which there are', () => {
    expect(() => new SwmlBuilder().addVerb('plya', {})).toThrow(ConfigurationError);
    expect(() => new SwmlBuilder().addVerb('plya', {})).toThrow(/"plya".*answer, ai, .*play.*user_event/);
    expect(() => new SwmlBuilder().addVerb('toString', {})).toThrow(ConfigurationError);
  });

  it('takes a verb that only the platform knows when it is told to', () => {
    const builder = new SwmlBuilder().addVerb('execute_rpc', { method: 'dial' }, { skipValidation: true });
    expect(builder.getDocument().sections).toEqual({ main: [{ execute_rpc: { method: 'dial' } }] });
  });

  it('makes the section that a verb is added to', () => {
    const { sections } = new SwmlBuilder().addVerbToSection('menu', 'hangup', {}).getDocument();
    expect(sections).toEqual({ main: [], menu: [{ hangup: {} }] });
  });

  it('can be changed by the request that made it alone', () => {
    const shared = new SwmlBuilder();
    expect(() => inOwnScope(() => shared.hangup())).toThrow(ConfigurationError);
    const made = inOwnScope(() => new SwmlBuilder().hangup());
    expect(() => made.hangup()).toThrow(ConfigurationError);
    expect(inOwnScope(() => shared.clone().hangup().getDocument().sections['main'])).toEqual([{ hangup: {} }]);
    expect(shared.getDocument().sections['main']).toEqual([]);
  });

  it.each([
    ['play', 'say:Hello', /object/],
    ['play', undefined, /object/],
    ['answer', null, /object/],
    ['answer', [], /object/],
    ['cond', {}, /list/],
    ['label', 3, /text/],
    ['sleep', 1.5, /object, or whole number, or text/],
    ['return', undefined, /anything/],
  ])('refuses %s told %o', (name, config, says) => {
    expect(() => new SwmlBuilder().addVerb(name, config)).toThrow(says);
  });

  it('refuses to go on from sections that are none', () => {
    expect(() => new SwmlBuilder({ initialDocument: { sections: { main: {} as never } } })).toThrow(/must be a list/);
  });

  it('copies what it is given, and hands out copies', () => {
    const config = { urls: ['say:a'] };
    const builder = new SwmlBuilder().play(config);
    config.urls.push('say:b');
    (builder.getDocument().sections['main'] as object[]).push({ hangup: {} });
    expect(builder.getDocument().sections).toEqual({ main: [{ play: { urls: ['say:a'] } }] });
  });

  it('is cloned to its depth: neither hears of what the other gets', () => {
    const name = fc.constantFrom('main', 'menu', '__proto__', 'constructor');
    const verbs = fc.array(fc.tuple(name, fc.dictionary(fc.string(), fc.jsonValue())), { maxLength: 6 });
    const add = (builder: SwmlBuilder, all: readonly (readonly [string, object])[]) => {
      for (const [section, config] of all) builder.addSection(section).addVerbToSection(section, 'set', config);
    };
    fc.assert(
      fc.property(verbs, verbs, verbs, (before, ours, theirs) => {
        const builder = new SwmlBuilder();
        add(builder, before);
        const clone = builder.clone();
        const then = clone.renderDocument();
        expect(then).toBe(builder.renderDocument());
        add(builder, ours);
        expect(clone.renderDocument()).toBe(then);
        const now = builder.renderDocument();
        add(clone, theirs);
        expect(builder.renderDocument()).toBe(now);
      }),
    );
  });
});

describeContract(() => {
  it('has the same verbs', () => {
    expect(Object.keys(VERBS).sort()).toEqual([...contractVerbs.keys()].sort());
  });

  it.each(Object.entries(VERBS))('lets %s be told the same kinds of things', (name, kinds) => {
    expect([...kindsOf(contractVerbs.get(name) as VerbSchema)].sort()).toEqual([...kinds].sort());
  });

  it.each(Object.entries(BY_METHOD))('describes a script with %s', (name, add) => {
    const document = add(new SwmlBuilder()).getDocument();
    expect(scriptFaults(document)).toEqual([]);
    for (const verb of document.sections['main'] ?? []) expect(verbFaults(name, verb[name])).toEqual([]);
  });

  it('describes what is spoken, and sections of its own', () => {
    const builder = new SwmlBuilder().say('Hi', { voice: 'v', language: 'en-US', gender: 'female', volume: -3 });
    builder.addSection('menu').addVerbToSection('menu', 'play', { url: 'silence:1' });
    expect(scriptFaults(builder.getDocument())).toEqual([]);
  });

  it('finds what is wrong, and says where', () => {
    const document = (...main: object[]) => ({ version: '1.0.0', sections: { main } });
    expect(scriptFaults(document({ answer: {} }, { play: { url: 'nowhere' } }))[0]).toMatch(/^main\[1\] .*url/);
    expect(scriptFaults(document({ plya: {} }))).toEqual(['main[0] plya: not in the description']);
    expect(scriptFaults(document({ answer: { more: 1 } }))[0]).toMatch(/more/);
    expect(scriptFaults(document({ answer: {}, hangup: {} }))).not.toEqual([]);
    expect(scriptFaults({ ...document(), more: 1 })).not.toEqual([]);
    expect(scriptFaults({ version: '1.0.0' })).not.toEqual([]);
  });
});

interface VerbSchema {
  readonly $ref?: string;
  readonly anyOf?: readonly VerbSchema[];
  readonly oneOf?: readonly VerbSchema[];
  readonly type?: string;
}

/** The kinds of values that the description allows, in our words. */
function kindsOf({ $ref, anyOf, oneOf, type }: VerbSchema): ReadonlySet<string | undefined> {
  if ($ref !== undefined) return kindsOf(swmlSchema.$defs[$ref.replace(/^.*\//, '')]);
  const among = anyOf ?? oneOf;
  return new Set(among === undefined ? [KINDS[type ?? '']] : among.flatMap((one) => [...kindsOf(one)]));
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'object',
  array: 'list',
  string: 'text',
  integer: 'whole number',
  '': 'anything',
};
