/** Questions that a step asks one after the other, before it goes on. */
import { ConfigurationError } from './configuration-error.ts';
import { GatherQuestion, type GatherQuestionOptions } from './gather-question.ts';
import type { GatherInfoDict } from './prompt/context-document.ts';
import { textOf } from './prompt/given.ts';

export interface GatherInfoOptions {
  /** In the global data, under which all answers are kept; at its top if absent. */
  readonly outputKey?: string;
  /** Where to go with the last answer: `next_step`, or a step of the same context. */
  readonly completionAction?: string;
  /** Instructions for all questions. */
  readonly prompt?: string;
  /** Each question is asked without what was said before it, unless it says otherwise. */
  readonly isolated?: boolean;
}

export class GatherInfo {
  readonly #options: GatherInfoOptions;
  #questions: readonly GatherQuestion[] = [];

  /** @throws TypeError for an option of another type. */
  constructor(options: GatherInfoOptions = {}) {
    const { outputKey, completionAction, prompt } = options;
    for (const [name, value] of Object.entries({ outputKey, completionAction, prompt }))
      if (value !== undefined) textOf(value, `The ${name} of what is gathered`);
    this.#options = { ...options };
  }

  /** @throws TypeError for an option of another type. */
  addQuestion(options: GatherQuestionOptions): this {
    this.#questions = [...this.#questions, new GatherQuestion(options)];
    return this;
  }

  getQuestions(): GatherQuestion[] {
    return [...this.#questions];
  }

  clone(): GatherInfo {
    const copy = new GatherInfo(this.#options);
    copy.#questions = this.#questions;
    return copy;
  }

  /** @throws ConfigurationError without a question. */
  toDict(): GatherInfoDict {
    const { outputKey, completionAction, prompt, isolated = false } = this.#options;
    if (this.#questions.length === 0)
      throw new ConfigurationError('There is nothing to gather: add a question, or leave setGatherInfo() out.');
    return {
      questions: this.#questions.map((one) => one.toDict()),
      ...(outputKey !== undefined && { output_key: outputKey }),
      ...(completionAction !== undefined && { completion_action: completionAction }),
      ...(prompt !== undefined && { prompt }),
      ...(isolated && { isolated }),
    };
  }
}
