/** What time it is, and which day: models don't know. */
// biome-ignore-all lint/complexity/noThisInStatic: a schema depends on the class that is asked
import { type Clock, systemClock } from '../../../kernel/clock.ts';
import { ConfigurationError } from '../../configuration-error.ts';
import { FunctionResult } from '../../function-result.ts';
import { SkillBase } from '../skill-base.ts';
import type { ParameterSchema } from '../skill-parameters.ts';
import { defineSkillTool, type SkillConfig, type SkillPromptSection, type SkillToolDefinition } from '../skill-tool.ts';

const MAX_ZONE = 64;

export class DateTimeSkill extends SkillBase {
  static override SKILL_NAME = 'datetime';
  static override SKILL_DESCRIPTION = 'Tells the current time and date in any time zone';

  static override getParameterSchema(): ParameterSchema {
    return {
      ...super.getParameterSchema(),
      default_timezone: {
        type: 'string',
        description: 'IANA time zone that is meant where the caller names none.',
        default: 'UTC',
        max: MAX_ZONE,
      },
    };
  }

  readonly #clock: Clock;

  /** @throws ConfigurationError for a default zone that there is not. */
  constructor(config?: SkillConfig, clock: Clock = systemClock) {
    super(config);
    this.#clock = clock;
    if (this.#at(this.#zone) === null)
      throw new ConfigurationError(`There is no time zone ${this.#zone}; name one such as Europe/Berlin.`);
  }

  override getTools(): SkillToolDefinition[] {
    const parameters = {
      timezone: {
        type: 'string',
        description: `IANA time zone such as America/New_York; ${this.#zone} if not given`,
        maxLength: MAX_ZONE,
      },
    } as const;
    return [
      defineSkillTool({
        name: 'get_current_time',
        description: 'The current time of day, with its date, in a time zone',
        parameters,
        handler: ({ timezone }) => this.#answer(timezone, (now) => `It is ${timeOf(now)} on ${dateOf(now)}`),
      }),
      defineSkillTool({
        name: 'get_current_date',
        description: 'The current date and day of the week in a time zone',
        parameters,
        handler: ({ timezone }) => this.#answer(timezone, (now) => `Today is ${dateOf(now)}`),
      }),
    ];
  }

  protected override _getPromptSections(): SkillPromptSection[] {
    return [
      {
        title: 'Date and Time',
        body: 'You do not know the time or the date by yourself.',
        bullets: [
          'Call get_current_time or get_current_date whenever one matters, also for words such as today or tomorrow.',
          `Without another time zone, ${this.#zone} is meant.`,
        ],
      },
    ];
  }

  get #zone(): string {
    return this.getConfig('default_timezone', 'UTC');
  }

  /** Null for a zone that there is not. */
  #at(zone: string): Temporal.ZonedDateTime | null {
    try {
      return Temporal.Instant.fromEpochMilliseconds(this.#clock.now()).toZonedDateTimeISO(zone);
    } catch (fault) {
      if (fault instanceof RangeError) return null;
      throw fault;
    }
  }

  #answer(asked: string | undefined, say: (now: Temporal.ZonedDateTime) => string): FunctionResult {
    const zone = asked?.trim() || this.#zone;
    const now = this.#at(zone);
    if (now === null)
      return new FunctionResult(
        `There is no time zone ${JSON.stringify(zone)}. Use an IANA name such as Europe/Berlin or America/New_York.`,
      );
    return new FunctionResult(`${say(now)} in ${now.timeZoneId} (UTC${now.offset}).`);
  }
}

/** As it is said, and by 24 hours, so that neither noon nor midnight is mistaken. */
const timeOf = (now: Temporal.ZonedDateTime): string => {
  const spoken = now.toLocaleString('en-US', { hour: 'numeric', minute: '2-digit' }).replace(/\s/g, ' ');
  return `${spoken} (${now.toPlainTime().toString({ smallestUnit: 'minute' })})`;
};

const dateOf = (now: Temporal.ZonedDateTime): string =>
  now.toLocaleString('en-US', { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });
