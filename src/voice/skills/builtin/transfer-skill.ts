/**
 * Connects the call to one of the destinations that the builder named. The model chooses a name from a list and never sees a
 * number: nobody can talk it into calling one of theirs (toll fraud, calls in the agent's name).
 */
// biome-ignore-all lint/complexity/noThisInStatic: a schema depends on the class that is asked
import { ConfigurationError } from '../../configuration-error.ts';
import { FunctionResult } from '../../function-result.ts';
import type { SwaigRequest } from '../../swaig-function.ts';
import { isFunctionName } from '../../tools/function-name.ts';
import type { Arguments } from '../../tools/parameters.ts';
import { SkillBase } from '../skill-base.ts';
import type { ParameterSchema } from '../skill-parameters.ts';
import type { SkillConfig, SkillPromptSection, SkillToolDefinition } from '../skill-tool.ts';

export interface TransferDestination {
  readonly name: string;
  /** When to choose it, for the model. */
  readonly description?: string;
  /** Number as E.164, SIP address, or an address of the platform such as `/public/support`. */
  readonly address: string;
  /** Said before the call is connected. */
  readonly message?: string;
}

const text = { type: 'string', minLength: 1, maxLength: 500 };
const ADDRESS = /^(?:\+[1-9]\d{1,14}|sips?:[^\s@]+@[^\s@]+|\/(?:public|private)\/[\w.~/-]+)$/;

export class TransferSkill extends SkillBase {
  static override SKILL_NAME = 'transfer';
  static override SKILL_DESCRIPTION = 'Connects the call to one of the destinations that were configured';
  static override SUPPORTS_MULTIPLE_INSTANCES = true;

  static override getParameterSchema(): ParameterSchema {
    return {
      ...super.getParameterSchema(),
      destinations: {
        type: 'array',
        description: 'Where calls may be connected: `{ name, address, description?, message? }`.',
        required: true,
        min: 1,
        max: 100,
        items: {
          type: 'object',
          properties: { name: { ...text, maxLength: 64 }, address: text, description: text, message: text },
          required: ['name', 'address'],
        },
      },
      parameter_name: {
        type: 'string',
        description: 'Name of the argument by which the model chooses.',
        default: 'destination',
      },
      description: {
        type: 'string',
        description: 'What its function is for.',
        default: 'Connects the caller to somebody else',
      },
      required_data: {
        type: 'array',
        description: 'What must stand in the data of the call before it is connected.',
        default: [],
        items: text,
      },
      from: { type: 'string', description: 'Number that the one who is called sees.', max: 64 },
      final: {
        type: 'boolean',
        description: 'The call ends with the connection; else it comes back to the agent.',
        default: true,
      },
    };
  }

  readonly #destinations: ReadonlyMap<string, TransferDestination>;

  /** @throws ConfigurationError for an address that can't be called, and for a name that is there twice. */
  constructor(config?: SkillConfig) {
    super(config);
    const given = structuredClone(this.getConfig<readonly TransferDestination[]>('destinations'));
    this.#destinations = new Map(given.map((one) => [one.name, one]));
    const wrong = given.filter(({ address }) => !ADDRESS.test(address)).map(({ name }) => name);
    if (wrong.length > 0)
      throw new ConfigurationError(`The address of ${wrong.join(', ')} must be like +15551234567, sip:… or /public/….`);
    if (this.#destinations.size < given.length)
      throw new ConfigurationError('Each destination needs a name of its own.');
    for (const name of [this.#toolName, this.#parameter])
      if (!isFunctionName(name)) throw new ConfigurationError(`${JSON.stringify(name)} must be an identifier.`);
  }

  override getTools(): SkillToolDefinition[] {
    const names = [...this.#destinations.keys()];
    const isChoice = names.length > 1;
    return [
      {
        name: this.#toolName,
        description: this.getConfig('description'),
        ...(isChoice && {
          parameters: { [this.#parameter]: { type: 'string', description: 'Who to connect to', enum: names } },
          required: [this.#parameter],
        }),
        handler: (args, rawData) => this.#connect(args, rawData),
      },
    ];
  }

  protected override _getPromptSections(): SkillPromptSection[] {
    const bullets = [...this.#destinations.values()].map(({ name, description }) =>
      description === undefined ? name : `${name}: ${description}`,
    );
    return [{ title: `Transfers (${this.#toolName})`, body: `${this.#toolName} connects the caller to:`, bullets }];
  }

  override getHints(): string[] {
    return [...this.#destinations.keys()];
  }

  get #toolName(): string {
    return this.getConfig('tool_name', 'transfer_call');
  }

  get #parameter(): string {
    return this.getConfig('parameter_name', 'destination');
  }

  #connect(args: Arguments, { global_data: data }: SwaigRequest): FunctionResult {
    const known = typeof data === 'object' && data !== null ? data : {};
    const missing = this.getConfig<readonly string[]>('required_data').filter((key) => !Object.hasOwn(known, key));
    if (missing.length > 0) return new FunctionResult(`Not yet: first these must be known: ${missing.join(', ')}.`);
    const all = [...this.#destinations.values()];
    const chosen = all.length === 1 ? all[0] : this.#destinations.get(String(args[this.#parameter]));
    if (chosen === undefined)
      return new FunctionResult(`There is no such destination. There are ${all.map(({ name }) => name).join(', ')}.`);
    const { name, address, message = `I will connect you to ${name} now.` } = chosen;
    return new FunctionResult(message, true).connect(
      address,
      this.getConfig('final', true),
      this.getConfig('from', ''),
    );
  }
}
