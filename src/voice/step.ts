/** One stage of a context: what the model is told there, when it is done, what it may call and where it may go. */
import { ScopeOwner } from './agent/call-scope.ts';
import { ConfigurationError } from './configuration-error.ts';
import { GatherInfo, type GatherInfoOptions } from './gather-info.ts';
import type { GatherQuestionOptions } from './gather-question.ts';
import {
  filled,
  historyMode,
  type ResetDict,
  type StepDict,
  type StepFields,
  type Unset,
} from './prompt/context-document.ts';
import { nameOf, textOf, textsOf } from './prompt/given.ts';
import { NOTHING, type PromptContent, textContent, withSection, withText } from './prompt/prompt-content.ts';

export class Step {
  readonly #owner = new ScopeOwner();
  readonly name: string;
  #content: PromptContent = NOTHING;
  #fields: Unset<StepFields> = {};
  #reset: Unset<ResetDict> = {};
  #gather: GatherInfo | null = null;
  #revision = 0;

  /** @throws TypeError for a name that is empty or of several lines; ConfigurationError for `next`, by which a step is left. */
  constructor(name: string) {
    this.name = nameOf(name, 'The name of a step');
    if (name === 'next')
      throw new ConfigurationError("No step may be called 'next': that stands for whichever comes next.");
  }

  /** Goes up with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** @throws ConfigurationError where there are sections. */
  setText(text: string): this {
    return this.#say(withText(this.#content, text, this.#what));
  }

  /** Becomes part of the text, as Markdown. @throws ConfigurationError where there is a text, or without a title. */
  addSection(title: string, body: string): this {
    return this.#say(withSection(this.#content, { title, body }, this.#what));
  }

  /** As `addSection`. */
  addBullets(title: string, bullets: readonly string[]): this {
    return this.#say(withSection(this.#content, { title, bullets }, this.#what));
  }

  /** Every section, and the text. */
  clearSections(): this {
    return this.#say(NOTHING);
  }

  /** When the step is done, in words for the model. */
  setStepCriteria(criteria: string): this {
    return this.#set({ step_criteria: textOf(criteria, `The criteria of ${this.#what}`) });
  }

  /** The only functions that may be called here; `[]` or `'none'`: none. Unset: those of the step before. */
  setFunctions(functions: readonly string[] | string): this {
    if (functions === 'none') return this.#set({ functions });
    if (typeof functions === 'string')
      throw new TypeError(`The functions of ${this.#what} must be a list of names, or 'none'.`);
    return this.#set({ functions: textsOf(functions, `The functions of ${this.#what}`) });
  }

  /** Of the same context; `next` for whichever comes next. */
  setValidSteps(steps: readonly string[]): this {
    return this.#set({ valid_steps: textsOf(steps, `The valid steps of ${this.#what}`) });
  }

  setValidContexts(contexts: readonly string[]): this {
    return this.#set({ valid_contexts: textsOf(contexts, `The valid contexts of ${this.#what}`) });
  }

  /** Steps end with this one; the call does not. */
  setEnd(end: boolean): this {
    return this.#set({ end: end || undefined });
  }

  /** Goes on without waiting for the caller to speak. */
  setSkipUserTurn(skip: boolean): this {
    return this.#set({ skip_user_turn: skip || undefined });
  }

  setSkipToNextStep(skip: boolean): this {
    return this.#set({ skip_to_next_step: skip || undefined });
  }

  /** What the model still sees of the talk before this step. @param history one of `HISTORY_MODES`. */
  setHistory(history: string): this {
    return this.#set({ history: historyMode(history) });
  }

  /** Begins a list of questions, in place of one that was there. */
  setGatherInfo(options: GatherInfoOptions = {}): this {
    this.#owner.assertIsHere();
    this.#gather = new GatherInfo(options);
    return this.#changed();
  }

  /** @throws ConfigurationError before `setGatherInfo`. */
  addGatherQuestion(options: GatherQuestionOptions): this {
    if (this.#gather === null)
      throw new ConfigurationError(
        `${this.#what} gathers nothing yet: call setGatherInfo() before addGatherQuestion().`,
      );
    this.#owner.assertIsHere();
    this.#gather.addQuestion(options);
    return this.#changed();
  }

  setResetSystemPrompt(systemPrompt: string): this {
    return this.#setReset({ system_prompt: textOf(systemPrompt, `The system prompt of ${this.#what}`) });
  }

  setResetUserPrompt(userPrompt: string): this {
    return this.#setReset({ user_prompt: textOf(userPrompt, `The user prompt of ${this.#what}`) });
  }

  setResetConsolidate(consolidate: boolean): this {
    return this.#setReset({ consolidate: consolidate || undefined });
  }

  setResetFullReset(fullReset: boolean): this {
    return this.#setReset({ full_reset: fullReset || undefined });
  }

  /** A copy that shares nothing that can change. */
  clone(): Step {
    const copy = new Step(this.name);
    copy.#content = this.#content;
    copy.#fields = this.#fields;
    copy.#reset = this.#reset;
    copy.#gather = this.#gather?.clone() ?? null;
    copy.#revision = this.#revision;
    return copy;
  }

  /** @throws ConfigurationError without a text and sections, or with a list of questions that is empty. */
  toDict(): StepDict {
    const text = textContent(this.#content);
    if (text === null)
      throw new ConfigurationError(`${this.#what} says nothing: call setText(), addSection() or addBullets().`);
    const reset = filled(this.#reset);
    return {
      name: this.name,
      text,
      ...filled(this.#fields),
      ...(Object.keys(reset).length > 0 && { reset }),
      ...(this.#gather !== null && { gather_info: this.#gather.toDict() }),
    };
  }

  get #what(): string {
    return `Step '${this.name}'`;
  }

  #say(content: PromptContent): this {
    this.#owner.assertIsHere();
    this.#content = content;
    return this.#changed();
  }

  #set(fields: Unset<StepFields>): this {
    this.#owner.assertIsHere();
    this.#fields = { ...this.#fields, ...fields };
    return this.#changed();
  }

  #setReset(reset: Unset<ResetDict>): this {
    this.#owner.assertIsHere();
    this.#reset = { ...this.#reset, ...reset };
    return this.#changed();
  }

  #changed(): this {
    this.#revision++;
    return this;
  }
}
