/** An agent that answers frequent questions from a list, and can hand the call to a person at one number. */
import { AgentBase } from '../agent-base.ts';
import { FaqSkill } from '../skills/builtin/faq-skill.ts';
import { TransferSkill } from '../skills/builtin/transfer-skill.ts';
import type { Answerable } from '../skills/rules/word-overlap.ts';
import { optionsOf, type PrefabConfig } from './prefab-config.ts';

export interface FAQBotConfig extends PrefabConfig {
  readonly faqs: readonly Answerable[];
  /** Names related questions; true unless said. */
  readonly suggestRelated?: boolean;
  readonly persona?: string;
  /** From 0 to 1; 0.5 unless said. */
  readonly threshold?: number;
  /** What is said where nothing fits. */
  readonly escalationMessage?: string;
  /** Number or SIP address of a person; without it nobody is connected. */
  readonly escalationNumber?: string;
}

const PERSONA = 'You are a helpful assistant who answers frequent questions. Be friendly, short and exact.';

export class FAQBotAgent extends AgentBase {
  /** @throws ConfigurationError */
  constructor(config: FAQBotConfig) {
    super(optionsOf(config, { name: 'faq_bot', route: '/faq' }));
    const { faqs, suggestRelated = true, persona = PERSONA, threshold = 0.5, escalationNumber } = config;
    const canEscalate = escalationNumber !== undefined;
    const {
      escalationMessage = canEscalate
        ? 'I’m sorry, I have no answer to that. Shall I connect you to somebody who can help?'
        : 'I’m sorry, I have no answer to that.',
    } = config;
    this.promptAddSection('Personality', { body: persona });
    this.promptAddSection('Goal', {
      body: 'Answer the caller’s questions with what search_faqs finds, and with nothing else.',
      bullets: [`Where it finds nothing, say: ${escalationMessage}`],
    });
    const noMatch = `No answer to that is known. Say: ${escalationMessage}`;
    this.skillManager.addSkillNow(
      new FaqSkill({ faqs, threshold, suggest_related: suggestRelated, no_match_message: noMatch }),
    );
    if (escalationNumber === undefined) return;
    this.skillManager.addSkillNow(
      new TransferSkill({
        tool_name: 'escalate',
        description: 'Connects the caller to a person, once they have said that they want that',
        destinations: [
          { name: 'a person', address: escalationNumber, message: 'I will connect you to somebody who can help.' },
        ],
      }),
    );
  }
}
