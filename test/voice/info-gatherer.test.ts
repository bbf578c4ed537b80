/** Two callers who answer at the same time: nothing of one is ever in the call of the other, nor in the process. */
import { describe, expect, it } from 'vitest';
import { AgentBase, InfoGathererSkill } from '../../src/voice/index.ts';
import { type AppCall, callTo } from './app-call.ts';

const QUESTIONS = [
  { key_name: 'name', question_text: 'What is your name?' },
  { key_name: 'day', question_text: 'Which day?', confirm: true },
];
const agent = () =>
  new AgentBase({ name: 'asks', route: '/asks' }).addSkill(new InfoGathererSkill({ questions: QUESTIONS }));
const answersOf = ({ data }: AppCall) =>
  Object.fromEntries(
    (data['skill:info_gatherer'] as { answers: { key_name: string; answer: string }[] }).answers.map((one) => [
      one.key_name,
      one.answer,
    ]),
  );

describe('questions', () => {
  it('are asked one after another, with a confirmation where it was wanted', async () => {
    const call = await callTo(await agent());
    expect(await call.say('start_questions')).toContain('What is your name?');
    expect(await call.say('submit_answer', { answer: 'Ada' })).toContain('Which day?');
    expect(await call.say('submit_answer', { answer: 'Monday', confirmed_by_user: true })).toContain(
      'Read this answer back',
    );
    expect(answersOf(call)).toEqual({ name: 'Ada' });
    expect(await call.say('submit_answer', { answer: 'Tuesday' })).toContain('"Tuesday"');
    const last = await call.say('submit_answer', { answer: 'Tuesday', confirmed_by_user: true });
    expect(last).toContain('All questions are answered');
    expect(answersOf(call)).toEqual({ name: 'Ada', day: 'Tuesday' });
    expect(await call.say('submit_answer', { answer: 'more' })).toContain('All questions are answered');
    expect(answersOf(call)).toEqual({ name: 'Ada', day: 'Tuesday' });
  });

  it('of two calls at once never mix', async () => {
    const asks = await agent();
    const [one, two] = [await callTo(asks), await callTo(asks)];
    await one.say('start_questions');
    await one.say('submit_answer', { answer: 'Ada' });
    expect(await two.say('start_questions')).toContain('What is your name?');
    await one.say('submit_answer', { answer: 'Monday' });
    await Promise.all([
      two.say('submit_answer', { answer: 'Grace' }),
      one.say('submit_answer', { answer: 'Monday', confirmed_by_user: true }),
    ]);
    expect(await two.say('submit_answer', { answer: 'Monday', confirmed_by_user: true })).toContain(
      'Read this answer back',
    );
    expect(answersOf(one)).toEqual({ name: 'Ada', day: 'Monday' });
    expect(answersOf(two)).toEqual({ name: 'Grace' });
    expect(answersOf(await callTo(asks))).toEqual({});
  });

  it('go on in any process, as all that is known comes with the call', async () => {
    const [first, second] = [await callTo(await agent()), await callTo(await agent())];
    await first.say('submit_answer', { answer: 'Ada' });
    Object.assign(second.data, first.data);
    expect(await second.say('start_questions')).toContain('Which day?');
  });

  it('of several lists stand apart by their prefix', async () => {
    const asks = await agent();
    await asks.addSkill(
      new InfoGathererSkill({ prefix: 'claim', questions: [{ key_name: 'no', question_text: 'Number?' }] }),
    );
    const call = await callTo(asks);
    await call.say('claim_submit_answer', { answer: '7' });
    expect(call.data['skill:info_gatherer_claim']).toMatchObject({ answers: [{ key_name: 'no', answer: '7' }] });
    expect(answersOf(call)).toEqual({});
  });

  it.for([
    [[{ key_name: 'a' }], 'key_name and question_text'],
    [[], 'at least 1'],
    [[QUESTIONS[0], QUESTIONS[0]], 'of its own'],
  ] as const)('%j can’t be asked', ([questions, why]) => {
    expect(() => new InfoGathererSkill({ questions })).toThrow(why);
  });
});
