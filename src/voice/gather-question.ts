/** One question that a step asks, and under which key its answer is kept. Never changes. */

import type { GatherQuestionDict } from './prompt/context-document.ts';
import { nameOf, textOf, textsOf } from './prompt/given.ts';

export interface GatherQuestionOptions {
  /** Under which the answer is kept; once in its step. */
  readonly key: string;
  readonly question: string;
  /** Of the answer: 'string' unless said. */
  readonly type?: string;
  /** The answer is read back before it counts. */
  readonly confirm?: boolean;
  /** More instructions for this question. */
  readonly prompt?: string;
  /** Functions that may be called while it is asked. */
  readonly functions?: readonly string[];
  /** In place of what the step says for all its questions. */
  readonly isolated?: boolean;
}

export class GatherQuestion {
  readonly key: string;
  readonly question: string;
  readonly type: string;
  readonly confirm: boolean;
  readonly prompt: string | undefined;
  readonly functions: readonly string[] | undefined;
  readonly isolated: boolean | undefined;

  /** @throws TypeError for an option of another type. */
  constructor(options: GatherQuestionOptions) {
    const { key, question, type = 'string', confirm = false, prompt, functions, isolated } = options;
    this.key = nameOf(key, 'The key of a question');
    this.question = textOf(question, `The question '${key}'`);
    this.type = nameOf(type, `The type of the answer '${key}'`);
    this.confirm = confirm;
    this.prompt = prompt === undefined ? undefined : textOf(prompt, `The prompt of the question '${key}'`);
    this.functions = functions === undefined ? undefined : textsOf(functions, `The functions of the question '${key}'`);
    this.isolated = isolated;
    Object.freeze(this);
  }

  toDict(): GatherQuestionDict {
    const { key, question, type, confirm, prompt, functions, isolated } = this;
    return {
      key,
      question,
      ...(type !== 'string' && { type }),
      ...(confirm && { confirm }),
      ...(prompt !== undefined && { prompt }),
      ...(functions !== undefined && { functions }),
      ...(isolated !== undefined && { isolated }),
    };
  }
}
