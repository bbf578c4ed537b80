/** Answers that the builder wrote, found by the words of the question: the model says what stands there instead of guessing. */
// biome-ignore-all lint/complexity/noThisInStatic: a schema depends on the class that is asked
import { FunctionResult } from '../../function-result.ts';
import { type Answerable, matchesOf } from '../rules/word-overlap.ts';
import { SkillBase } from '../skill-base.ts';
import type { ParameterSchema } from '../skill-parameters.ts';
import { defineSkillTool, type SkillConfig, type SkillPromptSection, type SkillToolDefinition } from '../skill-tool.ts';

const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', items: text };
const MAX_RELATED = 2;

export class FaqSkill extends SkillBase {
  static override SKILL_NAME = 'faq';
  static override SKILL_DESCRIPTION = 'Answers frequent questions from a list';
  static override SUPPORTS_MULTIPLE_INSTANCES = true;

  static override getParameterSchema(): ParameterSchema {
    return {
      ...super.getParameterSchema(),
      faqs: {
        type: 'array',
        description: '`{ question, answer, keywords?, categories? }`.',
        required: true,
        min: 1,
        max: 500,
        items: {
          type: 'object',
          properties: { question: text, answer: text, keywords: texts, categories: texts },
          required: ['question', 'answer'],
        },
      },
      threshold: {
        type: 'number',
        description: 'How well a question must fit, from 0 (a single word is enough) to 1 (every word).',
        default: 0.5,
        min: 0,
        max: 1,
      },
      suggest_related: { type: 'boolean', description: 'Names questions that fit less well, too.', default: true },
      no_match_message: {
        type: 'string',
        description: 'What the model is told where nothing fits.',
        default: 'No answer to that is known. Say so; do not make one up.',
      },
    };
  }

  readonly #faqs: readonly Answerable[];

  constructor(config?: SkillConfig) {
    super(config);
    this.#faqs = structuredClone(this.getConfig<readonly Answerable[]>('faqs'));
  }

  override getTools(): SkillToolDefinition[] {
    const categories = [...new Set(this.#faqs.flatMap((faq) => faq.categories ?? []))];
    return [
      defineSkillTool({
        name: this.#toolName,
        description: 'Finds the answer to a frequent question',
        parameters: {
          query: { type: 'string', description: 'What the caller asked, in their words', minLength: 1, maxLength: 500 },
          category: {
            type: 'string',
            description: categories.length === 0 ? 'Leave it out' : `Only this category: ${categories.join(', ')}`,
          },
        },
        required: ['query'],
        handler: ({ query = '', category = '' }) => new FunctionResult(this.#answer(query, category)),
      }),
    ];
  }

  protected override _getPromptSections(): SkillPromptSection[] {
    return [
      {
        title: `Frequent Questions (${this.#toolName})`,
        body: `Call ${this.#toolName} when the caller asks something, and answer with what it finds.`,
        bullets: this.#faqs.slice(0, MAX_LISTED).map(({ question }) => question),
      },
    ];
  }

  get #toolName(): string {
    return this.getConfig('tool_name', 'search_faqs');
  }

  #answer(query: string, category: string): string {
    const wanted = category.trim().toLowerCase();
    const isWanted = ({ categories = [] }: Answerable) => categories.some((one) => one.toLowerCase() === wanted);
    // a category that a model made up narrows nothing
    const inCategory = this.#faqs.filter(isWanted);
    const [best, ...others] = matchesOf(query, inCategory.length > 0 ? inCategory : this.#faqs);
    if (best === undefined || best.score < this.getConfig<number>('threshold'))
      return `${this.getConfig('no_match_message')}${this.#related(best === undefined ? [] : [best, ...others])}`;
    return `${best.entry.question}\n${best.entry.answer}${this.#related(others)}`;
  }

  #related(matches: readonly { readonly entry: Answerable }[]): string {
    if (matches.length === 0 || !this.getConfig('suggest_related', true)) return '';
    const questions = matches.slice(0, MAX_RELATED).map(({ entry }) => `- ${entry.question}`);
    return `\nRelated questions that can be answered:\n${questions.join('\n')}`;
  }
}

/** Questions that the prompt names; the rest is found by searching. */
const MAX_LISTED = 20;
