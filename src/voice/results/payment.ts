/** Taking a card payment by keypad, as a function's answer says it. The platform reads numbers and booleans here as text. */
import { someText } from './option.ts';

type Data = Readonly<Record<string, unknown>>;

export interface PaymentAction {
  /** `Say` or `Play`. */
  readonly type: string;
  /** What is said, or the address of what is played. */
  readonly phrase: string;
}

/** What the caller hears in one situation, such as `payment-card-number`. */
export interface PaymentPrompt {
  readonly for: string;
  readonly actions: readonly PaymentAction[];
  readonly card_type?: string;
  readonly error_type?: string;
}

/** Goes to the payment connector as it is. */
export interface PaymentParameter {
  readonly name: string;
  readonly value: string;
}

export interface PayOptions {
  readonly paymentConnectorUrl: string;
  readonly inputMethod?: string;
  readonly statusUrl?: string;
  readonly paymentMethod?: string;
  /** Seconds between two keys. */
  readonly timeout?: number | string;
  readonly maxAttempts?: number | string;
  readonly securityCode?: boolean | 'true' | 'false';
  /** Whether it is asked for, or the one that is known already. */
  readonly postalCode?: boolean | string;
  readonly minPostalCodeLength?: number | string;
  readonly tokenType?: string;
  /** Such as `9.99`. */
  readonly chargeAmount?: string;
  readonly currency?: string;
  readonly language?: string;
  readonly voice?: string;
  readonly description?: string;
  /** Separated by spaces. */
  readonly validCardTypes?: string;
  readonly parameters?: readonly PaymentParameter[];
  readonly prompts?: readonly PaymentPrompt[];
  /** What the model is told afterwards; the variable `pay_result` is how it went. */
  readonly aiResponse?: string;
}

const AI_RESPONSE = `The payment ended with: \${pay_result}. If that is a success, say no more about collecting it.`;

/** @throws TypeError */
export function payVerbs(options: PayOptions): readonly Data[] {
  const pay = {
    payment_connector_url: someText('paymentConnectorUrl', options.paymentConnectorUrl),
    input: options.inputMethod ?? 'dtmf',
    status_url: options.statusUrl,
    payment_method: options.paymentMethod ?? 'credit-card',
    timeout: digits('timeout', options.timeout ?? 5),
    max_attempts: digits('maxAttempts', options.maxAttempts ?? 1),
    security_code: yesOrNo('securityCode', options.securityCode ?? true),
    postal_code: String(options.postalCode ?? true),
    min_postal_code_length: digits('minPostalCodeLength', options.minPostalCodeLength ?? 0),
    token_type: options.tokenType ?? 'reusable',
    charge_amount: options.chargeAmount === undefined ? undefined : String(options.chargeAmount),
    currency: options.currency ?? 'usd',
    language: options.language ?? 'en-US',
    voice: options.voice ?? 'woman',
    description: options.description,
    valid_card_types: options.validCardTypes ?? 'visa mastercard amex',
    parameters: options.parameters,
    prompts: options.prompts,
  };
  return [{ set: { ai_response: options.aiResponse ?? AI_RESPONSE } }, { pay }];
}

function digits(name: string, value: number | string): string {
  const text = String(value);
  if (/^\d+$/.test(text)) return text;
  throw new TypeError(`${name} must be a whole number, not ${JSON.stringify(value)}.`);
}

function yesOrNo(name: string, value: boolean | string): string {
  const text = String(value);
  if (text === 'true' || text === 'false') return text;
  throw new TypeError(`${name} must be true or false, not ${JSON.stringify(value)}.`);
}
