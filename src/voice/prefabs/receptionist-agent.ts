/**
 * An agent that greets callers, asks who they are and what they want, and connects them to a department. What they said stands in
 * the data of the call (`caller_info`, `visitor`); the department's number stands in no script.
 */
import { AgentBase } from '../agent-base.ts';
import { FunctionResult } from '../function-result.ts';
import { TransferSkill } from '../skills/builtin/transfer-skill.ts';
import { optionsOf, type PrefabConfig } from './prefab-config.ts';

export interface ReceptionistDepartment {
  readonly name: string;
  /** By which the model chooses it. */
  readonly description: string;
  /** Number as E.164, SIP address, or an address of the platform. */
  readonly number: string;
}

export interface ReceptionistConfig extends PrefabConfig {
  readonly departments: readonly ReceptionistDepartment[];
  readonly greeting?: string;
  readonly voice?: string;
  readonly companyName?: string;
  /** Visitors may say that they have come. */
  readonly checkInEnabled?: boolean;
  readonly onVisitorCheckIn?: (visitor: Record<string, string>) => void | Promise<void>;
}

const spoken = (description: string) => ({ type: 'string', description, minLength: 1, maxLength: 300 }) as const;

export class ReceptionistAgent extends AgentBase {
  /** @throws ConfigurationError for a department that can't be called. */
  constructor(config: ReceptionistConfig) {
    super(optionsOf(config, { name: 'receptionist', route: '/receptionist' }));
    const { departments, voice = 'rime.spore', companyName, checkInEnabled = false } = config;
    const { greeting = 'Thank you for calling. How can I help you today?' } = config;
    this.promptAddSection('Personality', { body: 'You are a friendly, professional receptionist.' });
    this.promptAddSection('Goal', {
      body: 'Greet the caller, find out who they are and what they want, and connect them to the right department.',
      numberedBullets: true,
      bullets: [
        `Greet the caller: ${companyName === undefined ? '' : `(${companyName}) `}${greeting}`,
        'Ask for their name and why they call, then call collect_caller_info.',
        'Choose the department, tell the caller, and call transfer_call.',
      ],
    });
    this.addLanguage({ name: 'English', code: 'en-US', voice });
    this.defineTool({
      name: 'collect_caller_info',
      description: 'Keeps who calls and why',
      parameters: { name: spoken('The caller’s name'), reason: spoken('Why they call') },
      required: ['name', 'reason'],
      handler: ({ name, reason }) =>
        new FunctionResult('Noted. Connect the caller to the department that fits.').updateGlobalData({
          caller_info: { name, reason },
        }),
    });
    this.skillManager.addSkillNow(
      new TransferSkill({
        parameter_name: 'department',
        description: 'Connects the caller to a department; only after collect_caller_info',
        required_data: ['caller_info'],
        destinations: departments.map(({ name, description, number }) => ({ name, description, address: number })),
      }),
    );
    if (checkInEnabled) this.#defineCheckIn(config.onVisitorCheckIn);
  }

  #defineCheckIn(onVisitorCheckIn: ReceptionistConfig['onVisitorCheckIn']): void {
    this.defineTool({
      name: 'check_in_visitor',
      description: 'Notes that a visitor has come',
      parameters: {
        name: spoken('The visitor’s name'),
        purpose: spoken('Why they have come'),
        visiting: spoken('Whom they visit'),
      },
      required: ['name', 'purpose', 'visiting'],
      handler: async ({ name = '', purpose = '', visiting = '' }) => {
        const visitor = { name, purpose, visiting };
        await onVisitorCheckIn?.(visitor);
        return new FunctionResult(`${name} is checked in to see ${visiting}.`).updateGlobalData({ visitor });
      },
    });
  }
}
