/**
 * Asks questions one after another and keeps the answers. All of it stands in the data of the call, which come with each request:
 * the process remembers nothing, so two callers never mix and any process may answer the next question. What comes is checked
 * (rules/interview.ts); the questions that were configured win over what the call's data say.
 */
// biome-ignore-all lint/complexity/noThisInStatic: a schema depends on the class that is asked
import { ConfigurationError } from '../../configuration-error.ts';
import { FunctionResult } from '../../function-result.ts';
import type { SwaigRequest } from '../../swaig-function.ts';
import { isFunctionName } from '../../tools/function-name.ts';
import {
  begun,
  type Interview,
  type InterviewQuestion,
  interviewOf,
  isQuestion,
  questionsOf,
  submitted,
} from '../rules/interview.ts';
import { SkillBase } from '../skill-base.ts';
import type { ParameterSchema } from '../skill-parameters.ts';
import { defineSkillTool, type SkillConfig, type SkillPromptSection, type SkillToolDefinition } from '../skill-tool.ts';

const MAX_ANSWER = 1_000;

export class InfoGathererSkill extends SkillBase {
  static override SKILL_NAME = 'info_gatherer';
  static override SKILL_DESCRIPTION = 'Asks the caller questions one after another and keeps the answers';
  static override SUPPORTS_MULTIPLE_INSTANCES = true;

  static override getParameterSchema(): ParameterSchema {
    return {
      ...super.getParameterSchema(),
      questions: {
        type: 'array',
        description:
          '`{ key_name, question_text, confirm?, prompt_add? }`; without them, those that stand in the data of the call under its namespace.',
        min: 1,
        max: 100,
      },
      prefix: {
        type: 'string',
        description: 'Stands before the names of its functions, and tells several apart.',
        max: 64,
      },
      completion_message: {
        type: 'string',
        description: 'What the model is told at the end.',
        default: 'All questions are answered. Thank the caller and go on.',
      },
    };
  }

  readonly #questions: readonly InterviewQuestion[] | null;

  /** @throws ConfigurationError for questions without key or text, and for a key that is there twice. */
  constructor(config?: SkillConfig) {
    super(config);
    const given = this.getConfig<readonly unknown[] | undefined>('questions');
    this.#questions = given === undefined ? null : checkedQuestions(given);
    if (this.#prefix !== '' && !isFunctionName(this.#prefix))
      throw new ConfigurationError(`The prefix ${JSON.stringify(this.#prefix)} must be an identifier.`);
  }

  override getInstanceKey(): string {
    return this.#prefix === '' ? super.getInstanceKey() : `${this.skillName}_${this.#prefix}`;
  }

  /** It has no questions of its own, but takes those that stand in the data of the call. */
  get asksTheCall(): boolean {
    return this.#questions === null;
  }

  override getTools(): SkillToolDefinition[] {
    return [
      defineSkillTool({
        name: this.#named('start_questions'),
        description: 'Begins the questions, or repeats the one that is asked just now',
        handler: (_, rawData) => this.#start(rawData),
      }),
      defineSkillTool({
        name: this.#named('submit_answer'),
        description: 'Takes the answer to the question that was asked, and gives the next one',
        parameters: {
          answer: { type: 'string', description: 'What the caller answered', minLength: 1, maxLength: MAX_ANSWER },
          confirmed_by_user: {
            type: 'boolean',
            description: 'True once the caller has said yes to the answer that you read back, where you were told to',
          },
        },
        required: ['answer'],
        handler: ({ answer = '', confirmed_by_user: isConfirmed = false }, rawData) =>
          this.#submit(answer, isConfirmed, rawData),
      }),
    ];
  }

  override getGlobalData(): Readonly<Record<string, unknown>> {
    return this.#questions === null ? {} : { [this.getSkillNamespace()]: begun(this.#questions) };
  }

  protected override _getPromptSections(): SkillPromptSection[] {
    return [
      {
        title: `Questions to Ask (${this.#named('start_questions')})`,
        body: 'The caller has to answer some questions, which you are given one at a time.',
        bullets: [
          `Call ${this.#named('start_questions')} for the first one.`,
          `Ask only the one that you were given. Call ${this.#named('submit_answer')} with the answer; it gives you the next.`,
          'Never make up an answer, and never skip a question.',
        ],
      },
    ];
  }

  get #prefix(): string {
    return this.getConfig('prefix', '') || this.getConfig('tool_name', '');
  }

  #named(name: string): string {
    return this.#prefix === '' ? name : `${this.#prefix}_${name}`;
  }

  /** Null where the call has no questions. */
  #interview(rawData: SwaigRequest): Interview | null {
    const data = this.getSkillData(rawData);
    return interviewOf(this.#questions ?? questionsOf(data['questions']), data);
  }

  #start(rawData: SwaigRequest): FunctionResult {
    const interview = this.#interview(rawData);
    if (interview === null) return new FunctionResult(NOTHING_TO_ASK);
    const question = interview.questions[interview.question_index];
    return this.updateSkillData(new FunctionResult(question === undefined ? this.#end : instruction(question)), {
      ...interview,
    });
  }

  #submit(answer: string, isConfirmed: boolean, rawData: SwaigRequest): FunctionResult {
    const interview = this.#interview(rawData);
    if (interview === null) return new FunctionResult(NOTHING_TO_ASK);
    const { is, next } = submitted(interview, answer, isConfirmed);
    if (is === 'finished_before') return new FunctionResult(this.#end);
    const question = next.questions[next.question_index];
    const says =
      is === 'to_confirm'
        ? `Read this answer back and ask whether it is right: ${JSON.stringify(answer)}. ` +
          `If the caller says yes, call ${this.#named('submit_answer')} again with the same answer and confirmed_by_user true; else with the right answer.`
        : question === undefined
          ? this.#end
          : instruction(question);
    return this.updateSkillData(new FunctionResult(says), { ...next });
  }

  get #end(): string {
    return this.getConfig('completion_message');
  }
}

const NOTHING_TO_ASK = 'There are no questions to ask.';

const instruction = ({ question_text: question, confirm, prompt_add: more }: InterviewQuestion): string =>
  [
    `Ask the caller: ${JSON.stringify(question)}`,
    ...(more === undefined ? [] : [more]),
    ...(confirm === true ? ['The caller has to confirm the answer.'] : []),
  ].join(' ');

function checkedQuestions(given: readonly unknown[]): readonly InterviewQuestion[] {
  const questions = given.filter(isQuestion);
  if (questions.length < given.length)
    throw new ConfigurationError('Each question needs key_name and question_text, and confirm is true or false.');
  if (new Set(questions.map(({ key_name }) => key_name)).size < questions.length)
    throw new ConfigurationError('Each question needs a key_name of its own.');
  return structuredClone(questions);
}
