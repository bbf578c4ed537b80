/** Arithmetic that models get wrong: exact, and by a parser (rules/arithmetic.ts), never by running what was said as code. */
import { FunctionResult } from '../../function-result.ts';
import { evaluate, FUNCTION_NAMES, MAX_LENGTH, spell } from '../rules/arithmetic.ts';
import { ArithmeticFault } from '../rules/fraction.ts';
import { SkillBase } from '../skill-base.ts';
import { defineSkillTool, type SkillPromptSection, type SkillToolDefinition } from '../skill-tool.ts';

export class MathSkill extends SkillBase {
  static override SKILL_NAME = 'math';
  static override SKILL_DESCRIPTION = 'Works out arithmetic exactly';

  override getTools(): SkillToolDefinition[] {
    return [
      defineSkillTool({
        name: 'calculate',
        description: 'Works out an arithmetic expression',
        parameters: {
          expression: {
            type: 'string',
            description:
              `Such as (2 + 3) * 4.5 or round(19.99 * 1.19, 2). Operators + - * / % (remainder) ** (power), parentheses; ` +
              `${FUNCTION_NAMES.join(', ')}, pi, e. Angles in radians, log to base 10. No thousands separators, no units.`,
            minLength: 1,
            maxLength: MAX_LENGTH,
          },
        },
        required: ['expression'],
        handler: ({ expression = '' }) => new FunctionResult(answerTo(expression)),
      }),
    ];
  }

  protected override _getPromptSections(): SkillPromptSection[] {
    return [
      { title: 'Calculations', body: 'Call calculate for every calculation instead of working it out yourself.' },
    ];
  }
}

function answerTo(expression: string): string {
  try {
    const { text, isExact } = spell(evaluate(expression));
    return `${expression.trim()} ${isExact ? '=' : 'is about'} ${text}`;
  } catch (fault) {
    if (fault instanceof ArithmeticFault) return `That could not be worked out. ${fault.message}`;
    throw fault;
  }
}
