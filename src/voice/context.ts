/** A part of a conversation with its own prompts, and the steps that lead through it, in their order. */
import { ScopeOwner } from './agent/call-scope.ts';
import { ConfigurationError } from './configuration-error.ts';
import {
  type ContextDict,
  type ContextFields,
  type FillersDict,
  filled,
  historyMode,
  type Unset,
} from './prompt/context-document.ts';
import { nameOf, textOf, textsOf } from './prompt/given.ts';
import { pomDocument } from './prompt/pom-document.ts';
import { NOTHING, type PromptContent, textContent, withSection, withText } from './prompt/prompt-content.ts';
import { Step } from './step.ts';

export const MAX_STEPS = 100;

export interface StepOptions {
  /** A section `Task`. */
  readonly task?: string;
  /** Of a section `Process`. */
  readonly bullets?: readonly string[];
  readonly criteria?: string;
  readonly functions?: readonly string[] | string;
  readonly validSteps?: readonly string[];
}

/** By language, such as `{ 'en-US': ['One moment.'] }`. */
type FillersGiven = Readonly<Record<string, readonly string[]>>;

export class Context {
  readonly #owner = new ScopeOwner();
  readonly name: string;
  #steps: readonly Step[] = [];
  #prompt: PromptContent = NOTHING;
  #system: PromptContent = NOTHING;
  #fields: Unset<ContextFields> = {};
  #enter: FillersGiven = {};
  #exit: FillersGiven = {};
  #revision = 0;

  /** @throws TypeError for a name that is empty or of several lines. */
  constructor(name: string) {
    this.name = nameOf(name, 'The name of a context');
  }

  /** Goes up with every change here or in a step. */
  get revision(): number {
    return this.#steps.reduce((sum, step) => sum + step.revision, this.#revision);
  }

  /** @throws ConfigurationError for a name that is taken, and beyond 100 steps. */
  addStep(name: string, options: StepOptions = {}): Step {
    if (this.getStep(name) !== undefined)
      throw new ConfigurationError(`${this.#what} has a step '${name}' already: give this one another name.`);
    if (this.#steps.length >= MAX_STEPS)
      throw new ConfigurationError(`${this.#what} has ${MAX_STEPS} steps, the most that one may have: split it.`);
    const step = new Step(name);
    const { task, bullets, criteria, functions, validSteps } = options;
    if (task !== undefined) step.addSection('Task', task);
    if (bullets !== undefined) step.addBullets('Process', bullets);
    if (criteria !== undefined) step.setStepCriteria(criteria);
    if (functions !== undefined) step.setFunctions(functions);
    if (validSteps !== undefined) step.setValidSteps(validSteps);
    this.#owner.assertIsHere();
    this.#steps = [...this.#steps, step];
    this.#changed();
    return step;
  }

  getStep(name: string): Step | undefined {
    return this.#steps.find((one) => one.name === name);
  }

  /** Nothing happens where there is no such step. */
  removeStep(name: string): this {
    const step = this.getStep(name);
    if (step === undefined) return this;
    this.#owner.assertIsHere();
    this.#steps = this.#steps.filter((one) => one !== step);
    this.#revision += step.revision; // what it added to ours must not go down with it
    return this.#changed();
  }

  /**
   * @param position among the steps, from 0; one beyond the end is the end.
   * @throws ConfigurationError for a step that is not there; TypeError for what is no position.
   */
  moveStep(name: string, position: number): this {
    const step = this.getStep(name);
    if (step === undefined) throw new ConfigurationError(`${this.#what} has no step '${name}' to move.`);
    if (!Number.isSafeInteger(position) || position < 0)
      throw new TypeError(`The position of a step must be a whole number from 0, not ${position}.`);
    this.#owner.assertIsHere();
    this.#steps = this.#steps.filter((one) => one !== step).toSpliced(position, 0, step);
    return this.#changed();
  }

  /** That the model may go to from here. */
  setValidContexts(contexts: readonly string[]): this {
    return this.#set({ valid_contexts: textsOf(contexts, `The valid contexts of ${this.#what}`) });
  }

  /** For steps that name none themselves; `next` for whichever comes next. */
  setValidSteps(steps: readonly string[]): this {
    return this.#set({ valid_steps: textsOf(steps, `The valid steps of ${this.#what}`) });
  }

  /** In place of the first. */
  setInitialStep(stepName: string): this {
    return this.#set({ initial_step: nameOf(stepName, `The initial step of ${this.#what}`) });
  }

  setPostPrompt(postPrompt: string): this {
    return this.#set({ post_prompt: textOf(postPrompt, `The post-prompt of ${this.#what}`) });
  }

  /** Said for the caller when the context is entered. */
  setUserPrompt(userPrompt: string): this {
    return this.#set({ user_prompt: textOf(userPrompt, `The user prompt of ${this.#what}`) });
  }

  /** The talk so far is summed up when the context is entered. */
  setConsolidate(consolidate: boolean): this {
    return this.#set({ consolidate: consolidate || undefined });
  }

  setFullReset(fullReset: boolean): this {
    return this.#set({ full_reset: fullReset || undefined });
  }

  /** Entering it leaves of the talk so far nothing but the system prompt. */
  setIsolated(isolated: boolean): this {
    return this.#set({ isolated: isolated || undefined });
  }

  /** For steps that set none themselves. @param history one of `HISTORY_MODES`. */
  setHistory(history: string): this {
    return this.#set({ history: historyMode(history) });
  }

  /** @throws ConfigurationError where there are sections. */
  setPrompt(prompt: string): this {
    this.#owner.assertIsHere();
    this.#prompt = withText(this.#prompt, prompt, this.#what);
    return this.#changed();
  }

  /** @throws ConfigurationError where there is a prompt, or without a title. */
  addSection(title: string, body: string): this {
    this.#owner.assertIsHere();
    this.#prompt = withSection(this.#prompt, { title, body }, this.#what);
    return this.#changed();
  }

  /** As `addSection`. */
  addBullets(title: string, bullets: readonly string[]): this {
    this.#owner.assertIsHere();
    this.#prompt = withSection(this.#prompt, { title, bullets }, this.#what);
    return this.#changed();
  }

  /** In place of the agent's. @throws ConfigurationError where there are sections. */
  setSystemPrompt(systemPrompt: string): this {
    this.#owner.assertIsHere();
    this.#system = withText(this.#system, systemPrompt, `the system prompt of ${this.#what}`);
    return this.#changed();
  }

  /** Becomes part of the system prompt, as Markdown. @throws ConfigurationError where there is one, or without a title. */
  addSystemSection(title: string, body: string): this {
    this.#owner.assertIsHere();
    this.#system = withSection(this.#system, { title, body }, `the system prompt of ${this.#what}`);
    return this.#changed();
  }

  /** As `addSystemSection`. */
  addSystemBullets(title: string, bullets: readonly string[]): this {
    this.#owner.assertIsHere();
    this.#system = withSection(this.#system, { title, bullets }, `the system prompt of ${this.#what}`);
    return this.#changed();
  }

  /** What is said on the way in, in place of all that was set. */
  setEnterFillers(fillers: FillersGiven): this {
    this.#owner.assertIsHere();
    this.#enter = this.#withFillers({}, fillers);
    return this.#changed();
  }

  /** What is said on the way out, in place of all that was set. */
  setExitFillers(fillers: FillersGiven): this {
    this.#owner.assertIsHere();
    this.#exit = this.#withFillers({}, fillers);
    return this.#changed();
  }

  /** In place of those of the same language. */
  addEnterFiller(languageCode: string, fillers: readonly string[]): this {
    this.#owner.assertIsHere();
    this.#enter = this.#withFillers(this.#enter, { [languageCode]: fillers });
    return this.#changed();
  }

  /** In place of those of the same language. */
  addExitFiller(languageCode: string, fillers: readonly string[]): this {
    this.#owner.assertIsHere();
    this.#exit = this.#withFillers(this.#exit, { [languageCode]: fillers });
    return this.#changed();
  }

  /** A copy that shares nothing that can change. */
  clone(): Context {
    const copy = new Context(this.name);
    copy.#steps = this.#steps.map((one) => one.clone());
    copy.#prompt = this.#prompt;
    copy.#system = this.#system;
    copy.#fields = this.#fields;
    copy.#enter = this.#enter;
    copy.#exit = this.#exit;
    copy.#revision = this.#revision;
    return copy;
  }

  /** @throws ConfigurationError without steps, or for a step that says nothing. */
  toDict(): ContextDict {
    if (this.#steps.length === 0) throw new ConfigurationError(`${this.#what} has no steps: call addStep().`);
    const system = textContent(this.#system);
    const [enter, exit] = [fillersDict(this.#enter), fillersDict(this.#exit)];
    return {
      ...filled(this.#fields),
      ...(system !== null && { system_prompt: system }),
      ...(this.#prompt.is === 'text' && { prompt: this.#prompt.text }),
      ...(this.#prompt.is === 'sections' && { pom: pomDocument(this.#prompt.sections) }),
      ...(enter.length > 0 && { enter_fillers: enter }),
      ...(exit.length > 0 && { exit_fillers: exit }),
      steps: this.#steps.map((one) => one.toDict()),
    };
  }

  get #what(): string {
    return `Context '${this.name}'`;
  }

  #set(fields: Unset<ContextFields>): this {
    this.#owner.assertIsHere();
    this.#fields = { ...this.#fields, ...fields };
    return this.#changed();
  }

  #withFillers(before: FillersGiven, added: FillersGiven): FillersGiven {
    const checked = Object.entries(added).map(([language, phrases]) => [
      nameOf(language, `A language of the fillers of ${this.#what}`),
      textsOf(phrases, `The fillers of ${this.#what} for '${language}'`),
    ]);
    return { ...before, ...Object.fromEntries(checked) };
  }

  #changed(): this {
    this.#revision++;
    return this;
  }
}

/** A list with an object for each language, as the platform's schema has it. */
const fillersDict = (fillers: FillersGiven): readonly FillersDict[] =>
  Object.entries(fillers).map(([language, phrases]) => ({ [language]: phrases }));

/** A context without a builder. */
export const createSimpleContext = (name = 'default'): Context => new Context(name);
