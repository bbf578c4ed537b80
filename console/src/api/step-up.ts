/** "Is it you?": one question at a time, however many requests wait for its answer. Shown by `rooms/step-up-dialog.tsx`. */
import { signal } from '@preact/signals';
import { Cancelled } from './problem.ts';

interface Question {
  readonly answered: Promise<void>;
  confirm(): void;
  cancel(): void;
}

export const question = signal<Question | null>(null);

/** Resolves once the person gave a factor. @throws Cancelled */
export function confirmItIsYou(): Promise<void> {
  if (question.value !== null) return question.value.answered;
  const { promise, resolve, reject } = withResolvers();
  question.value = {
    answered: promise,
    confirm() {
      question.value = null;
      resolve();
    },
    cancel() {
      question.value = null;
      reject(new Cancelled());
    },
  };
  return promise;
}

function withResolvers() {
  let resolve!: () => void;
  let reject!: (why: Error) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
