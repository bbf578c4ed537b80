/**
 * Answers to STOP, START and HELP: given at most once a day a contact and word, taken by one. What nobody could answer in time
 * is no answer, and does not hold the next one back.
 */
import { commsFacts } from '../../comms/facts.ts';
import { ADMITTED_WITHIN_MS } from '../../comms/guards/owed-answer.ts';
import type { Answered } from '../../comms/rules/opt-out-answers.ts';
import type { AnswerWrites } from '../../comms/writes.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { DAY_MS } from '../../kernel/time.ts';
import type { Group } from '../group.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';
import type { WriterParts, WritersOf } from './writer.ts';

type Row = Schema['opt_out_answer'];

/** Nothing where the last one came after `since`, unless it is still due and came before `missed`. */
const owe = statement<Row & { since: number; missed: number }>((db, p) =>
  db
    .insertInto('opt_out_answer')
    .values({
      org: p('org'),
      contact: p('contact'),
      said: p('said'),
      message: p('message'),
      agent: p('agent'),
      channel: p('channel'),
      sender: p('sender'),
      language: p('language'),
      state: p('state'),
      at: p('at'),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['org', 'contact', 'said'])
        .doUpdateSet((eb) => ({
          message: eb.ref('excluded.message'),
          agent: eb.ref('excluded.agent'),
          channel: eb.ref('excluded.channel'),
          sender: eb.ref('excluded.sender'),
          language: eb.ref('excluded.language'),
          state: eb.ref('excluded.state'),
          at: eb.ref('excluded.at'),
        }))
        .where((eb) =>
          eb.or([
            eb('opt_out_answer.at', '<=', p('since')),
            eb.and([eb('opt_out_answer.state', '=', 'due'), eb('opt_out_answer.at', '<', p('missed'))]),
          ]),
        ),
    ),
);
const move = statement<Pick<Row, 'org' | 'contact' | 'said' | 'message'> & { was: string; becomes: string }>((db, p) =>
  db
    .updateTable('opt_out_answer')
    .set({ state: p('becomes') })
    .where('org', '=', p('org'))
    .where('contact', '=', p('contact'))
    .where('said', '=', p('said'))
    .where('message', '=', p('message'))
    .where('state', '=', p('was')),
);
const dropBefore = statement<{ before: number }>((db, p) =>
  db.deleteFrom('opt_out_answer').where('at', '<=', p('before')),
);

/** What can neither be answered any more nor hold another answer back. */
export const dropOldAnswers = (now: number) => dropBefore.run({ before: now - DAY_MS });

export function answerWriters({ sealing }: WriterParts): WritersOf<AnswerWrites> {
  const forget = (group: Group, org: OrgId, contact: string, said: Answered) =>
    group.facts.forget(org, commsFacts.owedAnswer.name, { contact, said });

  return {
    *'answer.owe'(group, org, { contact, ...row }) {
      const ref = yield* sealing.ref(org, contact);
      yield* owe.run({
        ...row,
        org,
        contact: ref,
        state: 'due',
        since: row.at - DAY_MS,
        missed: row.at - ADMITTED_WITHIN_MS,
      });
      forget(group, org, contact, row.said);
    },
    *'answer.take'(group, org, { contact, said, message }) {
      const ref = yield* sealing.ref(org, contact);
      const taken = yield* move.run({ org, contact: ref, said, message, was: 'due', becomes: 'taken' });
      forget(group, org, contact, said);
      if (taken !== 1) throw new SallyportError('conflict', 'The message is being answered, or has been.');
    },
    *'answer.again'(group, org, { contact, said, message }) {
      const ref = yield* sealing.ref(org, contact);
      yield* move.run({ org, contact: ref, said, message, was: 'taken', becomes: 'due' });
      forget(group, org, contact, said);
    },
  };
}
