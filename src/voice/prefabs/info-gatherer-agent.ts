/**
 * An agent that asks a list of questions, one after another, and keeps the answers in the data of the call: the same questions for
 * everybody, or those that a callback gives for each call. Answers stand under `skill:info_gatherer` in `global_data`.
 */
import { AgentBase } from '../agent-base.ts';
import type { CallRequest } from '../door/served.ts';
import { InfoGathererSkill } from '../skills/builtin/info-gatherer-skill.ts';
import { begun, type InterviewQuestion, questionsOf } from '../skills/rules/interview.ts';
import type { SwaigRequest } from '../swaig-function.ts';
import { optionsOf, type PrefabConfig } from './prefab-config.ts';

/** The questions of one call. Headers that carry credentials are not among `headers`. */
export type InfoGathererQuestionCallback = (
  query: Readonly<Record<string, string>>,
  body: SwaigRequest,
  headers: Readonly<Record<string, string>>,
) => readonly InterviewQuestion[] | Promise<readonly InterviewQuestion[]>;

export interface InfoGathererConfig extends PrefabConfig {
  /** For every call. Without them a callback gives them. */
  readonly questions?: readonly InterviewQuestion[];
  readonly questionCallback?: InfoGathererQuestionCallback;
}

/** Where no callback gives any. */
const USUAL: readonly InterviewQuestion[] = [
  { key_name: 'name', question_text: 'What is your name?' },
  { key_name: 'message', question_text: 'How can I help you today?' },
];

export class InfoGathererAgent extends AgentBase {
  readonly #skill: InfoGathererSkill;
  #callback: InfoGathererQuestionCallback | undefined;

  /** @throws ConfigurationError for questions without key or text. */
  constructor(config: InfoGathererConfig = {}) {
    super(optionsOf(config, { name: 'info_gatherer', route: '/info_gatherer' }));
    const { questions, questionCallback } = config;
    this.#callback = questionCallback;
    this.#skill = new InfoGathererSkill(questions === undefined ? {} : { questions });
    this.promptAddSection('Role', {
      body: 'You collect information from the caller by asking questions. Be friendly and brief.',
    });
    this.skillManager.addSkillNow(this.#skill);
  }

  /** For agents without questions of their own. */
  setQuestionCallback(callback: InfoGathererQuestionCallback): this {
    this.#callback = callback;
    return this;
  }

  /** A subclass that overrides it gives back this, too. */
  override async onSwmlRequest(body: SwaigRequest, path?: string, request?: CallRequest): Promise<unknown> {
    if (!this.#skill.asksTheCall) return super.onSwmlRequest(body, path, request);
    const given = await this.#questionsFor(body, request);
    return { global_data: { [this.#skill.getSkillNamespace()]: begun(given) } };
  }

  async #questionsFor(body: SwaigRequest, request: CallRequest | undefined): Promise<readonly InterviewQuestion[]> {
    try {
      const given = await this.#callback?.(request?.query ?? {}, body, request?.headers ?? {});
      const questions = questionsOf(given);
      if (questions.length > 0) return questions;
      if (given !== undefined) this.log.warn('the callback gave no questions that can be asked');
    } catch (fault) {
      this.log.error('the callback for questions failed', { fault: String(fault) });
    }
    return USUAL;
  }
}
