/**
 * Builds call scripts (SWML) step by step, without an AI: a greeting, a menu, a transfer. A section is a list of verbs that run in
 * order; `main` runs first. All that is given is copied in, and all that is handed out is a copy.
 */
import { ScopeOwner } from './agent/call-scope.ts';
import { jsonCopy } from './agent/json-copy.ts';
import type { SwmlDocument } from './agent/render-agent.ts';
import { checkVerb, type VerbName } from './agent/verbs.ts';
import { ConfigurationError } from './configuration-error.ts';

type Config = Readonly<Record<string, unknown>>;

export interface SwmlBuilderOptions {
  /** To go on from, as it is: its verbs are not checked. */
  readonly initialDocument?: { readonly sections?: Readonly<Record<string, readonly Config[]>> };
}

export interface AddVerbOptions {
  /** For a verb that the platform knows and this table does not. */
  readonly skipValidation?: boolean;
}

export interface SayOptions {
  readonly voice?: string;
  /** Such as `en-US`. */
  readonly language?: string;
  readonly gender?: 'male' | 'female';
  /** Decibels, from -40 to 40. */
  readonly volume?: number;
}

export class SwmlBuilder {
  readonly #owner = new ScopeOwner();
  readonly #sections = new Map<string, Config[]>([['main', []]]);

  /** @throws ConfigurationError for sections that are no lists. */
  constructor({ initialDocument }: SwmlBuilderOptions = {}) {
    for (const [name, verbs] of Object.entries(initialDocument?.sections ?? {})) {
      if (!Array.isArray(verbs)) throw new ConfigurationError(`The section ${JSON.stringify(name)} must be a list.`);
      this.#sections.set(name, jsonCopy(verbs));
    }
  }

  /** Adds to `main`. @throws ConfigurationError for an unknown verb, or one that is told something of another kind. */
  addVerb(name: string, config: unknown, options?: AddVerbOptions): this {
    return this.addVerbToSection('main', name, config, options);
  }

  /** Adds an empty section, unless there is one of the name. */
  addSection(name: string): this {
    this.#owner.assertIsHere();
    if (!this.#sections.has(name)) this.#sections.set(name, []);
    return this;
  }

  /** Adds to a section, which is made where it is missing. @throws ConfigurationError as `addVerb` */
  addVerbToSection(section: string, name: string, config: unknown, { skipValidation }: AddVerbOptions = {}): this {
    this.#owner.assertIsHere();
    if (skipValidation !== true) checkVerb(name, config);
    const verb = jsonCopy({ [name]: config === undefined ? {} : config });
    this.#sections.set(section, [...(this.#sections.get(section) ?? []), verb]);
    return this;
  }

  /** Plays a spoken text. */
  say(text: string, { voice, language, gender, volume }: SayOptions = {}): this {
    return this.play({ url: `say:${text}`, say_voice: voice, say_language: language, say_gender: gender, volume });
  }

  getDocument(): SwmlDocument {
    return { version: '1.0.0', sections: jsonCopy(Object.fromEntries(this.#sections)) };
  }

  /** As JSON. */
  renderDocument(): string {
    return JSON.stringify(this.getDocument());
  }

  /** The same as `getDocument()`. */
  get document(): SwmlDocument {
    return this.getDocument();
  }

  /** The same as `getDocument()`. */
  build(): SwmlDocument {
    return this.getDocument();
  }

  /** The same as `renderDocument()`. */
  render(): string {
    return this.renderDocument();
  }

  /** The same as `getDocument()`: so `FunctionResult.executeSwml()` takes a builder. */
  toDict(): SwmlDocument {
    return this.getDocument();
  }

  /** Starts over. */
  reset(): this {
    this.#owner.assertIsHere();
    this.#sections.clear();
    this.#sections.set('main', []);
    return this;
  }

  /** One of its own, that shares nothing with this. */
  clone(): SwmlBuilder {
    return new SwmlBuilder({ initialDocument: this.getDocument() });
  }

  answer(config: Config = {}): this {
    return this.#add('answer', config);
  }
  ai(config: Config): this {
    return this.#add('ai', config);
  }
  amazon_bedrock(config: Config): this {
    return this.#add('amazon_bedrock', config);
  }
  cond(config: readonly Config[]): this {
    return this.#add('cond', config);
  }
  connect(config: Config): this {
    return this.#add('connect', config);
  }
  denoise(config: Config = {}): this {
    return this.#add('denoise', config);
  }
  enter_queue(config: Config): this {
    return this.#add('enter_queue', config);
  }
  execute(config: Config): this {
    return this.#add('execute', config);
  }
  goto(config: Config): this {
    return this.#add('goto', config);
  }
  label(config: string): this {
    return this.#add('label', config);
  }
  live_transcribe(config: Config): this {
    return this.#add('live_transcribe', config);
  }
  live_translate(config: Config): this {
    return this.#add('live_translate', config);
  }
  hangup(config: Config = {}): this {
    return this.#add('hangup', config);
  }
  join_room(config: Config): this {
    return this.#add('join_room', config);
  }
  join_conference(config: Config): this {
    return this.#add('join_conference', config);
  }
  play(config: Config): this {
    return this.#add('play', config);
  }
  prompt(config: Config): this {
    return this.#add('prompt', config);
  }
  receive_fax(config: Config = {}): this {
    return this.#add('receive_fax', config);
  }
  record(config: Config = {}): this {
    return this.#add('record', config);
  }
  record_call(config: Config = {}): this {
    return this.#add('record_call', config);
  }
  request(config: Config): this {
    return this.#add('request', config);
  }
  return(config: unknown = {}): this {
    return this.#add('return', config);
  }
  send_digits(config: Config): this {
    return this.#add('send_digits', config);
  }
  send_fax(config: Config): this {
    return this.#add('send_fax', config);
  }
  send_sms(config: Config): this {
    return this.#add('send_sms', config);
  }
  set(config: Config): this {
    return this.#add('set', config);
  }
  sleep(config: Config | number | string): this {
    return this.#add('sleep', config);
  }
  sip_refer(config: Config): this {
    return this.#add('sip_refer', config);
  }
  stop_denoise(config: Config = {}): this {
    return this.#add('stop_denoise', config);
  }
  stop_record_call(config: Config = {}): this {
    return this.#add('stop_record_call', config);
  }
  stop_tap(config: Config = {}): this {
    return this.#add('stop_tap', config);
  }
  switch(config: Config): this {
    return this.#add('switch', config);
  }
  tap(config: Config): this {
    return this.#add('tap', config);
  }
  transfer(config: Config): this {
    return this.#add('transfer', config);
  }
  unset(config: string | readonly string[]): this {
    return this.#add('unset', config);
  }
  pay(config: Config): this {
    return this.#add('pay', config);
  }
  detect_machine(config: Config = {}): this {
    return this.#add('detect_machine', config);
  }
  user_event(config: Config): this {
    return this.#add('user_event', config);
  }

  #add(name: VerbName, config: unknown): this {
    return this.addVerb(name, config);
  }
}
