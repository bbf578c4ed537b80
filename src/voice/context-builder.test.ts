import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './configuration-error.ts';
import { type Context, createSimpleContext } from './context.ts';
import { ContextBuilder } from './context-builder.ts';

/** Two contexts; the first has the steps `ask` and `order`. */
function pizzeria(): ContextBuilder {
  const builder = new ContextBuilder();
  const start = builder.addContext('default');
  start.addStep('ask', { task: 'Ask.', bullets: ['Be kind.'], criteria: 'Known.', functions: ['look_up'] });
  start.addStep('order').setText('Take the order.');
  builder.addContext('support').addStep('help').setText('Help.');
  return builder;
}
const start = (builder: ContextBuilder) => builder.getContext('default')!;
const ask = (builder: ContextBuilder) => start(builder).getStep('ask')!;

describe('contexts', () => {
  it('stand in a script as they were built', () => {
    const builder = pizzeria();
    start(builder)
      .setInitialStep('order')
      .setValidContexts(['support'])
      .setValidSteps(['next'])
      .setPostPrompt('Sum up.')
      .setUserPrompt('Hello.')
      .setConsolidate(true)
      .setFullReset(false)
      .setIsolated(true)
      .setHistory('hide')
      .addSystemSection('Role', 'You sell pizza.')
      .addSystemBullets('Rules', ['Be brief.'])
      .addSection('Task', 'Sell.')
      .setEnterFillers({ 'en-US': ['Welcome.'] })
      .addEnterFiller('de', ['Willkommen.'])
      .addExitFiller('de', ['Danke.']);
    ask(builder)
      .setValidSteps(['next', 'order'])
      .setSkipUserTurn(true)
      .setSkipToNextStep(true)
      .setEnd(true)
      .setEnd(false)
      .setHistory('keep')
      .setResetSystemPrompt('Anew.')
      .setResetUserPrompt('Hi.')
      .setResetConsolidate(false)
      .setResetFullReset(true)
      .setGatherInfo({ outputKey: 'caller', completionAction: 'next_step', prompt: 'Ask.', isolated: true })
      .addGatherQuestion({ key: 'name', question: 'Your name?' })
      .addGatherQuestion({
        key: 'age',
        question: 'Your age?',
        type: 'integer',
        confirm: true,
        prompt: 'Softly.',
        functions: ['look_up'],
        isolated: false,
      });
    expect(builder.toDict()).toEqual({
      default: {
        initial_step: 'order',
        valid_contexts: ['support'],
        valid_steps: ['next'],
        post_prompt: 'Sum up.',
        user_prompt: 'Hello.',
        consolidate: true,
        isolated: true,
        history: 'hide',
        system_prompt: '## Role\n\nYou sell pizza.\n\n## Rules\n\n- Be brief.',
        pom: [{ title: 'Task', body: 'Sell.' }],
        enter_fillers: [{ 'en-US': ['Welcome.'] }, { de: ['Willkommen.'] }],
        exit_fillers: [{ de: ['Danke.'] }],
        steps: [
          {
            name: 'ask',
            text: '## Task\n\nAsk.\n\n## Process\n\n- Be kind.',
            step_criteria: 'Known.',
            functions: ['look_up'],
            valid_steps: ['next', 'order'],
            skip_user_turn: true,
            skip_to_next_step: true,
            history: 'keep',
            reset: { system_prompt: 'Anew.', user_prompt: 'Hi.', full_reset: true },
            gather_info: {
              output_key: 'caller',
              completion_action: 'next_step',
              prompt: 'Ask.',
              isolated: true,
              questions: [
                { key: 'name', question: 'Your name?' },
                {
                  key: 'age',
                  question: 'Your age?',
                  type: 'integer',
                  confirm: true,
                  prompt: 'Softly.',
                  functions: ['look_up'],
                  isolated: false,
                },
              ],
            },
          },
          { name: 'order', text: 'Take the order.' },
        ],
      },
      support: { steps: [{ name: 'help', text: 'Help.' }] },
    });
  });

  it('are fifty at most, of a hundred steps at most', () => {
    const builder = new ContextBuilder();
    for (let i = 0; i < 50; i++) builder.addContext(`c${i}`);
    expect(() => builder.addContext('c50')).toThrow(/50 contexts/);
    expect(builder.getContext('c50')).toBeUndefined();
    const context = builder.getContext('c0')!;
    for (let i = 0; i < 100; i++) context.addStep(`s${i}`).setText('x');
    expect(() => context.addStep('s100')).toThrow(/100 steps/);
    expect(context.toDict().steps).toHaveLength(100);
    expect(context.removeStep('s7').addStep('s100').name).toBe('s100');
  });

  it('have their steps moved and removed', () => {
    const context = createSimpleContext();
    for (const name of ['a', 'b', 'c']) context.addStep(name).setText(name);
    const order = () =>
      context
        .toDict()
        .steps.map(({ name }) => name)
        .join('');
    expect(context.moveStep('c', 0) && order()).toBe('cab');
    expect(context.moveStep('c', 1) && order()).toBe('acb');
    expect(context.moveStep('a', 9) && order()).toBe('cba');
    expect(context.removeStep('b').removeStep('nowhere') && order()).toBe('ca');
    expect(() => context.moveStep('b', 0)).toThrow(/no step 'b'/);
    expect(() => context.moveStep('a', -1)).toThrow(TypeError);
  });

  it.each<[string, RegExp, (builder: ContextBuilder) => unknown]>([
    ['a name twice', /'support' already/, (b) => b.addContext('support')],
    ['a step twice', /'ask' already/, (b) => start(b).addStep('ask')],
    ["a step called 'next'", /'next'/, (b) => start(b).addStep('next')],
    ['a text beside sections', /not both/, (b) => ask(b).setText('x')],
    ['sections beside a text', /not both/, (b) => start(b).getStep('order')!.addSection('x', 'y')],
    ['bullets beside a text', /not both/, (b) => start(b).getStep('order')!.addBullets('x', ['y'])],
    ['sections beside a prompt', /not both/, (b) => start(b).setPrompt('x').addSection('x', 'y')],
    ['a prompt beside sections', /not both/, (b) => start(b).addBullets('x', ['y']).setPrompt('x')],
    ['a system prompt twice', /not both/, (b) => start(b).addSystemSection('x', 'y').setSystemPrompt('x')],
    ['a section without a title', /title/, (b) => start(b).addSection('', 'y')],
    ['a question before the list', /setGatherInfo/, (b) => ask(b).addGatherQuestion({ key: 'a', question: 'b' })],
  ])('refuse %s at once', (_, says, change) => {
    expect(() => change(pizzeria())).toThrow(ConfigurationError);
    expect(() => change(pizzeria())).toThrow(says);
  });

  it.each<[string, (builder: ContextBuilder) => unknown]>([
    ['an empty name', (b) => b.addContext(' ')],
    ['a name of two lines', (b) => start(b).addStep('a\nb')],
    ['another history', (b) => start(b).setHistory('forget')],
    ['another history of a step', (b) => ask(b).setHistory('')],
    ['one function as text', (b) => ask(b).setFunctions('look_up')],
    ['a step instead of steps', (b) => ask(b).setValidSteps('next' as never)],
    [
      'a number for text',
      (b) =>
        start(b)
          .getStep('order')!
          .setText(5 as never),
    ],
    ['fillers without a list', (b) => start(b).addEnterFiller('de', 'Hallo' as never)],
    [
      'a question without a key',
      (b) =>
        ask(b)
          .setGatherInfo()
          .addGatherQuestion({ question: 'x' } as never),
    ],
    ['an action that is no text', (b) => ask(b).setGatherInfo({ completionAction: 5 as never })],
  ])('refuse %s at once, by its type', (_, change) => {
    expect(() => change(pizzeria())).toThrow(TypeError);
  });

  const gather = (builder: ContextBuilder, completionAction: string, step = 'ask') =>
    start(builder).getStep(step)!.setGatherInfo({ completionAction }).addGatherQuestion({ key: 'a', question: 'A?' });

  it.each<[string, RegExp | null, (builder: ContextBuilder) => unknown]>([
    ['nothing', /no contexts/, (b) => b.reset()],
    [
      'one context of another name',
      /must be called 'default'/,
      (b) => b.reset().addContext('sales').addStep('a').setText('x'),
    ],
    ['one context called default', null, (b) => b.reset().addContext('default').addStep('a').setText('x')],
    ['a context without steps', /'empty' has no steps/, (b) => b.addContext('empty')],
    ['a step that says nothing', /'quiet' says nothing/, (b) => start(b).addStep('quiet')],
    ['a step whose sections were cleared', /'ask' says nothing/, (b) => ask(b).clearSections()],
    ['an initial step elsewhere', /begins with the step 'help'/, (b) => start(b).setInitialStep('help')],
    [
      'a way to a step elsewhere',
      /'ask' of context 'default' leads to the step 'help'/,
      (b) => ask(b).setValidSteps(['help']),
    ],
    [
      "a context's way to a step elsewhere",
      /Context 'default' leads to the step 'help'/,
      (b) => start(b).setValidSteps(['help']),
    ],
    ['a way to no context', /leads to the context 'sales'/, (b) => ask(b).setValidContexts(['sales'])],
    [
      "a context's way to no context",
      /Context 'default' leads to the context/,
      (b) => start(b).setValidContexts(['sales']),
    ],
    ['a way to what every object has', /leads to the context 'toString'/, (b) => ask(b).setValidContexts(['toString'])],
    ['a way to the next step and an existing one', null, (b) => ask(b).setValidSteps(['next', 'order'])],
    ['a list without questions', /nothing to gather/, (b) => ask(b).setGatherInfo()],
    ['a key twice', /gathers 'a' twice/, (b) => gather(b, 'order').addGatherQuestion({ key: 'a', question: 'Again?' })],
    ['questions that lead on', null, (b) => gather(b, 'next_step')],
    ['questions that lead to a step', null, (b) => gather(b, 'ask', 'order')],
    ['questions that lead elsewhere', /goes on to 'help'/, (b) => gather(b, 'help')],
    ['questions that lead beyond the last step', /is the last/, (b) => gather(b, 'next_step', 'order')],
  ])('are checked as a whole: %s', (_, says, change) => {
    const builder = pizzeria();
    expect(() => builder.validate()).not.toThrow();
    change(builder);
    if (says === null) return expect(() => builder.validate()).not.toThrow();
    expect(() => builder.validate()).toThrow(ConfigurationError);
    expect(() => builder.toDict()).toThrow(says);
  });

  it('tell all that is wrong at once', () => {
    const builder = pizzeria();
    start(builder).setInitialStep('x').setValidContexts(['y']);
    expect(() => builder.validate()).toThrow(/'x'[^\n]*\n[^\n]*'y'/);
  });

  it.each(['next_step', 'change_context', 'gather_submit'])('refuse an agent whose function is called %s', (name) => {
    expect(() => pizzeria().validate({ names: [name], areAll: false })).toThrow(`'${name}'`);
  });

  it('refuse a step that allows what the agent does not have, where all that it has is known', () => {
    const builder = pizzeria();
    ask(builder)
      .setGatherInfo()
      .addGatherQuestion({ key: 'a', question: 'A?', functions: ['find'] });
    expect(() => builder.validate({ names: ['look_up', 'find'].values(), areAll: true })).not.toThrow();
    expect(() => builder.validate({ names: ['look_up'], areAll: true })).toThrow(/'find'/);
    expect(() => builder.validate({ names: ['find'], areAll: true })).toThrow(/'look_up'/);
    expect(() => builder.validate({ names: [], areAll: false })).not.toThrow();
    ask(builder).setFunctions('none');
    expect(() => builder.validate({ names: ['find'], areAll: true })).not.toThrow();
  });

  it('do not change with what they were given', () => {
    const builder = pizzeria();
    const names = ['order'];
    ask(builder).setValidSteps(names);
    names.push('nowhere');
    expect(() => builder.validate()).not.toThrow();
  });
});

/** Every way to change contexts, with those that may be there. */
const CHANGES: readonly ((builder: ContextBuilder, n: number) => unknown)[] = [
  (b, n) => b.getContext(`c${n}`) ?? b.addContext(`c${n}`).addStep('a'),
  (b) => b.reset().addContext('default').addStep('ask').setText('x'),
  (b, n) => start(b).setPostPrompt(`${n}`),
  (b, n) => start(b).addSystemSection('s', `${n}`),
  (b, n) => start(b).addBullets('s', [`${n}`]),
  (b, n) => start(b).addEnterFiller('de', [`${n}`]),
  (b, n) => start(b).addExitFiller('de', [`${n}`]),
  (b, n) => start(b).getStep(`s${n}`) ?? start(b).addStep(`s${n}`),
  (b, n) => start(b).removeStep(`s${n}`),
  (b, n) => start(b).moveStep('ask', n),
  (b, n) => ask(b).clearSections().setText(`${n}`),
  (b, n) => ask(b).clearSections().addSection('s', `${n}`),
  (b, n) => ask(b).setStepCriteria(`${n}`),
  (b, n) => ask(b).setResetUserPrompt(`${n}`),
  (b, n) =>
    ask(b)
      .setGatherInfo()
      .addGatherQuestion({ key: `k${n}`, question: 'x' }),
];
const anyChanges = fc.array(fc.tuple(fc.constantFrom(...CHANGES), fc.nat({ max: 5 })), { maxLength: 12 });
const written = (builder: ContextBuilder): string => {
  const parts: string[] = [];
  for (const name of ['default', 'support', ...Array.from({ length: 6 }, (_, n) => `c${n}`)]) {
    const context = builder.getContext(name);
    if (context !== undefined) parts.push(JSON.stringify(dictOf(context)));
  }
  return parts.join('\n');
};
/** Also of a context with steps that say nothing yet. */
const dictOf = (context: Context): unknown => {
  const copy = context.clone();
  for (const name of ['a', ...Array.from({ length: 6 }, (_, n) => `s${n}`)]) copy.getStep(name)?.setText('x');
  return copy.toDict();
};

describe('copies and revisions of contexts', () => {
  it('a copy and its original never change with each other', () => {
    fc.assert(
      fc.property(anyChanges, anyChanges, fc.boolean(), (before, after, changesCopy) => {
        const original = pizzeria();
        for (const [change, n] of before) change(original, n);
        const copy = original.clone();
        expect(written(copy)).toBe(written(original));
        expect(copy.revision).toBe(original.revision);
        const [changed, kept] = changesCopy ? [copy, original] : [original, copy];
        const [text, revision] = [written(kept), kept.revision];
        for (const [change, n] of after) change(changed, n);
        expect(written(kept)).toBe(text);
        expect(kept.revision).toBe(revision);
      }),
    );
  });

  it('a question that is added to a copy is not asked by the original', () => {
    const original = pizzeria();
    ask(original).setGatherInfo().addGatherQuestion({ key: 'a', question: 'A?' });
    ask(original.clone()).addGatherQuestion({ key: 'b', question: 'B?' });
    expect(ask(original).toDict().gather_info?.questions).toHaveLength(1);
  });

  it('the revision does not fall with a step that had changed often', () => {
    const builder = pizzeria();
    for (let i = 0; i < 9; i++) start(builder).getStep('order')!.setText(`${i}`);
    const before = builder.revision;
    start(builder).removeStep('order');
    expect(builder.revision).toBeGreaterThan(before);
  });

  it('the revision rises with every change, and never falls', () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        const builder = pizzeria();
        for (const [change, n] of changes) {
          const [text, revision] = [written(builder), builder.revision];
          change(builder, n);
          expect(builder.revision).toBeGreaterThanOrEqual(revision);
          if (written(builder) !== text) expect(builder.revision).toBeGreaterThan(revision);
        }
      }),
    );
  });
});
