/** Prompts and contexts against the published schema of call scripts, and what the published SDK writes that it does not have. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContextBuilder } from '../../src/voice/context-builder.ts';
import { pomDocument } from '../../src/voice/prompt/pom-document.ts';
import { addSection } from '../../src/voice/prompt/sections.ts';
import { anySections } from './prompt-arbitraries.ts';
import { hasSchema, schemaMustBeThereInCi, schemaPart, schemaTitle } from './schema-part.ts';

schemaMustBeThereInCi();

/** Two contexts of two steps, with everything that the schema knows. */
function complete(): ContextBuilder {
  const builder = new ContextBuilder();
  const start = builder.addContext('default');
  start
    .setIsolated(true)
    .addSection('Role', 'You sell pizza.')
    .addBullets('Rules', ['Be brief.'])
    .setEnterFillers({ 'en-US': ['Welcome.'], de: ['Willkommen.'] })
    .addExitFiller('default', ['One moment.']);
  start
    .addStep('greet', { task: 'Greet.', bullets: ['Ask the name.'], criteria: 'The name is known.' })
    .setFunctions(['look_up'])
    .setValidSteps(['next', 'order'])
    .setValidContexts(['support'])
    .setSkipUserTurn(true);
  start.addStep('order').setText('Take the order.').setFunctions([]).setEnd(true);
  builder.addContext('support').addStep('help').setText('Help.');
  return builder;
}

/** What the published SDK puts into a script and the schema has not; each by how it comes about. */
const BEYOND: Readonly<Record<string, (builder: ContextBuilder) => unknown>> = {
  'context.prompt': (b) => b.getContext('support')!.setPrompt('Help.'),
  'context.system_prompt': (b) => b.getContext('support')!.setSystemPrompt('You help.'),
  'context.user_prompt': (b) => b.getContext('default')!.setUserPrompt('Hello.'),
  'context.post_prompt': (b) => b.getContext('default')!.setPostPrompt('Sum up.'),
  'context.consolidate': (b) => b.getContext('default')!.setConsolidate(true),
  'context.full_reset': (b) => b.getContext('default')!.setFullReset(true),
  'context.history': (b) => b.getContext('default')!.setHistory('hide'),
  'context.initial_step': (b) => b.getContext('default')!.setInitialStep('order'),
  'context.valid_contexts': (b) => b.getContext('default')!.setValidContexts(['support']),
  'context.valid_steps': (b) => b.getContext('default')!.setValidSteps(['next']),
  'step.functions: none': (b) => b.getContext('default')!.getStep('greet')!.setFunctions('none'),
  'step.history': (b) => b.getContext('default')!.getStep('greet')!.setHistory('keep'),
  'step.skip_to_next_step': (b) => b.getContext('default')!.getStep('greet')!.setSkipToNextStep(true),
  'step.reset': (b) => b.getContext('default')!.getStep('greet')!.setResetConsolidate(true),
  'step.gather_info': (b) =>
    b
      .getContext('default')!
      .getStep('greet')!
      .setGatherInfo()
      .addGatherQuestion({ key: 'name', question: 'Your name?' }),
};

/** Without one of them. */
function without(name: string, document: unknown): unknown {
  const [place, member = ''] = name.replace(': none', '').split('.');
  const copy = structuredClone(document) as Record<
    string,
    { steps: Record<string, unknown>[] } & Record<string, unknown>
  >;
  for (const context of Object.values(copy))
    for (const part of place === 'step' ? context.steps : [context])
      if (part[member] !== undefined) delete part[member];
  return copy;
}

describe.runIf(hasSchema)(`contexts and sections ${schemaTitle}`, () => {
  const contextFaults = hasSchema ? schemaPart('Contexts') : () => [];
  const pomFaults = hasSchema ? schemaPart('POM') : () => [];
  const promptFaults = hasSchema ? schemaPart('AIPrompt') : () => [];

  it('has everything that contexts are made of', () => {
    expect(contextFaults(complete().toDict())).toEqual([]);
    expect(promptFaults({ text: 'Be kind.', contexts: complete().toDict() })).toEqual([]);
  });

  it.each(Object.keys(BEYOND))('does not have %s, which is there when used', (name) => {
    const builder = complete();
    BEYOND[name]!(builder);
    const document = builder.toDict();
    expect(contextFaults(document)).not.toEqual([]);
    expect(contextFaults(without(name, document))).toEqual([]);
  });

  it('wants a context called default even among several, which the published SDK does not', () => {
    const builder = new ContextBuilder();
    for (const name of ['sales', 'support']) builder.addContext(name).addStep('one').setText('x');
    expect(contextFaults(builder.toDict())).not.toEqual([]);
  });

  it('has any sections, as they go into a script', () => {
    fc.assert(
      fc.property(anySections, (sections) => {
        const pom = pomDocument(sections);
        for (const section of pom) expect(pomFaults(section)).toEqual([]);
        if (pom.length > 0) expect(promptFaults({ pom })).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('would not have them as they are', () => {
    expect(pomFaults(addSection([], { title: 'Role' })[0])).not.toEqual([]);
    expect(pomFaults(pomDocument([{ title: 'Role' }])[0])).toEqual([]);
  });

  it('has random contexts', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 8 })
      .filter((one) => /^[\w ]*\w[\w ]*$/.test(one) && one !== 'next');
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
        anySections,
        fc.string(),
        (names, sections, text) => {
          const builder = new ContextBuilder();
          for (const one of new Set(['default', ...names])) {
            const context = builder.addContext(one);
            for (const { title, body = '' } of sections) if (title) context.addSection(title, body);
            for (const step of names) context.addStep(step, { validSteps: names }).setText(text);
          }
          expect(contextFaults(builder.toDict())).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});
