import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begun, interviewOf, submitted } from './interview.ts';

const NAME = { key_name: 'name', question_text: 'Name?' };
const DATE = { key_name: 'date', question_text: 'Date?', confirm: true };
const QUESTIONS = [NAME, DATE];

describe('an interview', () => {
  it('goes on with each answer, and ends', () => {
    const first = submitted(begun(QUESTIONS), 'Ada', false);
    expect(first).toMatchObject({
      is: 'accepted',
      next: { question_index: 1, answers: [{ key_name: 'name', answer: 'Ada' }] },
    });
    const asked = submitted(first.next, 'Monday', false);
    expect(asked).toMatchObject({ is: 'to_confirm', next: { question_index: 1, pending: 'Monday' } });
    const last = submitted(asked.next, ' monday', true);
    expect(last).toMatchObject({ is: 'accepted', next: { question_index: 2 } });
    expect(submitted(last.next, 'more', false).is).toBe('finished_before');
  });

  it('takes no confirmation of what was not read back', () => {
    const { next } = submitted(begun(QUESTIONS), 'Ada', true);
    expect(submitted(next, 'Monday', true).is).toBe('to_confirm');
    expect(submitted({ ...next, pending: 'Monday' }, 'Tuesday', true)).toMatchObject({
      is: 'to_confirm',
      next: { pending: 'Tuesday' },
    });
  });

  it('stands where the answers say, whatever else the data say', () => {
    const answers = [{ key_name: 'name', answer: 'Ada' }];
    expect(interviewOf(QUESTIONS, { question_index: 7, answers })).toMatchObject({ question_index: 1, answers });
    expect(interviewOf(QUESTIONS, { answers: [{ key_name: 'date', answer: 'x' }] })).toMatchObject({
      question_index: 0,
    });
    expect(interviewOf([], {})).toBeNull();
  });

  it('is read from anything', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (answers, pending) => {
        expect(interviewOf(QUESTIONS, { answers, pending })!.question_index).toBeLessThanOrEqual(2);
      }),
    );
  });
});
