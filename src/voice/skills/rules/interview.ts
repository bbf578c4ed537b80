/**
 * Questions that are asked one after another, as a value that travels with the call. Names of members are those of the wire. What
 * comes back from the wire is read with suspicion: what has not the right shape is as if it were not there.
 */
export interface InterviewQuestion {
  /** What the answer is kept by. */
  readonly key_name: string;
  readonly question_text: string;
  /** The caller has to say yes to the answer that was understood. */
  readonly confirm?: boolean;
  /** More for the model on how to ask it. */
  readonly prompt_add?: string;
}

export interface Interview {
  readonly questions: readonly InterviewQuestion[];
  /** Of the question that is asked now; their number when all are answered. */
  readonly question_index: number;
  readonly answers: readonly { readonly key_name: string; readonly answer: string }[];
  /** The answer to it that the caller has not confirmed yet. */
  readonly pending?: string;
}

export const begun = (questions: readonly InterviewQuestion[]): Interview => ({
  questions,
  question_index: 0,
  answers: [],
});

const MAX_QUESTIONS = 100;

export function isQuestion(value: unknown): value is InterviewQuestion {
  if (typeof value !== 'object' || value === null) return false;
  const { key_name, question_text, confirm, prompt_add } = value as Record<string, unknown>;
  const isText = (one: unknown) => typeof one === 'string' && one !== '';
  return (
    isText(key_name) &&
    isText(question_text) &&
    (confirm === undefined || typeof confirm === 'boolean') &&
    (prompt_add === undefined || typeof prompt_add === 'string')
  );
}

/** Those of a call's data. */
export const questionsOf = (value: unknown): readonly InterviewQuestion[] =>
  Array.isArray(value) ? value.slice(0, MAX_QUESTIONS).filter(isQuestion) : [];

/** Where a call stands; null without questions. Answers count only as far as they are those to the questions, in their order. */
export function interviewOf(
  questions: readonly InterviewQuestion[],
  data: Readonly<Record<string, unknown>>,
): Interview | null {
  if (questions.length === 0) return null;
  const given: readonly unknown[] = Array.isArray(data['answers']) ? data['answers'] : [];
  const answers: { key_name: string; answer: string }[] = [];
  for (const { key_name } of questions) {
    const one = given[answers.length] as { key_name?: unknown; answer?: unknown } | null | undefined;
    if (one?.key_name !== key_name || typeof one.answer !== 'string') break;
    answers.push({ key_name, answer: one.answer });
  }
  const { pending } = data;
  return {
    questions,
    question_index: answers.length,
    answers,
    ...(typeof pending === 'string' && { pending }),
  };
}

export type Submitted =
  /** The next question is asked, or all are answered. */
  | { readonly is: 'accepted'; readonly next: Interview }
  | { readonly is: 'to_confirm'; readonly next: Interview }
  | { readonly is: 'finished_before'; readonly next: Interview };

/** A confirmation counts only for the answer that was read back: a model can't confirm on the caller's behalf what it never asked. */
export function submitted(interview: Interview, answer: string, isConfirmed: boolean): Submitted {
  const { questions, question_index: index, answers, pending } = interview;
  const question = questions[index];
  if (question === undefined) return { is: 'finished_before', next: interview };
  const isSame = pending !== undefined && plain(pending) === plain(answer);
  if (question.confirm === true && !(isConfirmed && isSame))
    return { is: 'to_confirm', next: { questions, question_index: index, answers, pending: answer } };
  const kept = [...answers, { key_name: question.key_name, answer }];
  return { is: 'accepted', next: { questions, question_index: index + 1, answers: kept } };
}

const plain = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, ' ');
