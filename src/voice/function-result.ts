/**
 * What a function answers: something for the model, which decides what to say, and actions that the platform carries out in order.
 * Shapes are those of the platform; all data is copied when it is given.
 */
import { jsonCopy } from './agent/json-copy.ts';
import { type JoinConferenceOptions, joinConferenceVerb } from './results/conference.ts';
import {
  contextValue,
  type DynamicHint,
  type FunctionToggle,
  holdValue,
  type SwitchContextOptions,
  type WaitForUserOptions,
  waitValue,
} from './results/conversation.ts';
import { inlineScript, scriptOf } from './results/inline-script.ts';
import {
  type PaymentAction,
  type PaymentParameter,
  type PaymentPrompt,
  type PayOptions,
  payVerbs,
} from './results/payment.ts';
import { type RecordCallOptions, recordCallVerb, type TapOptions, tapVerb } from './results/recording.ts';
import { aiMessage, dial, type RpcOptions, rpcVerb } from './results/rpc.ts';
import { type SendSmsOptions, sendSmsVerb } from './results/sms.ts';

type Data = Readonly<Record<string, unknown>>;
export type Action = Record<string, unknown>;

/** A fact for the model to reason from, and what it should say next: neither is mistaken for the other. */
export interface ToolResponse {
  readonly tool_result?: string;
  readonly tool_prompt?: string;
}

export interface FunctionAnswer {
  readonly response?: string | ToolResponse;
  readonly action?: readonly Action[];
  readonly post_process?: true;
}

export class FunctionResult {
  /** Empty while there is a structured response. */
  response = '';
  /** In the order in which they run. */
  action: Action[] = [];
  /** Whether the model has one more turn before the actions run. */
  postProcess: boolean;
  #tool: ToolResponse = {};

  constructor(response: string | ToolResponse = '', postProcess = false, toolResult?: string, toolPrompt?: string) {
    this.postProcess = postProcess;
    if (typeof response === 'string') this.setResponse(response);
    else this.setToolResponse(response.tool_result, response.tool_prompt);
    if (toolResult !== undefined || toolPrompt !== undefined) this.setToolResponse(toolResult, toolPrompt);
  }

  /** In place of a structured one. */
  setResponse(response: string): this {
    this.response = response;
    this.#tool = {};
    return this;
  }

  /** In place of a plain one. */
  setToolResponse(toolResult?: string, toolPrompt?: string): this {
    this.response = '';
    this.#tool = jsonCopy({ tool_result: toolResult, tool_prompt: toolPrompt }) as ToolResponse;
    return this;
  }

  setPostProcess(postProcess: boolean): this {
    this.postProcess = postProcess;
    return this;
  }

  /** Any action, by its name on the wire. @throws TypeError for what JSON can't say. */
  addAction(name: string, data: unknown): this {
    if (data === undefined) throw new TypeError(`The action ${name} needs a value.`);
    this.action.push(jsonCopy({ [name]: data }));
    return this;
  }

  addActions(actions: readonly Data[]): this {
    this.action.push(...jsonCopy(actions));
    return this;
  }

  /** Connects the call to a number or SIP address. @param final false comes back to the agent afterwards. */
  connect(destination: string, final = true, fromAddr?: string): this {
    return this.#transfer(final, { connect: { to: destination, from: fromAddr === '' ? undefined : fromAddr } });
  }

  /** Goes on with another script. @param aiResponse what the model is told when the call comes back. */
  swmlTransfer(dest: string, aiResponse: string, final = true): this {
    return this.#transfer(final, { set: { ai_response: aiResponse } }, { transfer: { dest } });
  }

  hangup(): this {
    return this.addAction('hangup', true);
  }

  /** Ends the agent, not the call. */
  stop(): this {
    return this.addAction('stop', true);
  }

  /**
   * Puts the call on hold, during which nobody is heard.
   *
   * @param prompt what the model says before it; a number is the timeout.
   * @param timeout seconds, brought between 0 and 900.
   * @param step where the agent goes on when the hold ends; `timeoutStep` when nobody ended it.
   */
  hold(prompt?: string | number, timeout?: number, step?: string, timeoutStep?: string): this {
    if (typeof prompt === 'string' && prompt !== '')
      this.setToolResponse('status: on hold', prompt).setPostProcess(true);
    return this.addAction('hold', holdValue(typeof prompt === 'number' ? prompt : timeout, step, timeoutStep));
  }

  waitForUser(options: WaitForUserOptions = {}): this {
    return this.addAction('wait_for_user', waitValue(options));
  }

  say(text: string): this {
    return this.addAction('say', text);
  }

  /** @param wait the model waits until it has been played. */
  playBackgroundFile(filename: string, wait = false): this {
    return this.addAction('playback_bg', wait ? { file: filename, wait: true } : filename);
  }

  stopBackgroundFile(): this {
    return this.addAction('stop_playback_bg', true);
  }

  /** Words that the recogniser should expect, or what to hear instead of a pattern. */
  addDynamicHints(hints: readonly (string | DynamicHint)[]): this {
    return this.addAction('add_dynamic_hints', hints);
  }

  clearDynamicHints(): this {
    return this.addAction('clear_dynamic_hints', {});
  }

  /** Silence that ends an utterance. */
  setEndOfSpeechTimeout(milliseconds: number): this {
    return this.addAction('end_of_speech_timeout', milliseconds);
  }

  setSpeechEventTimeout(milliseconds: number): this {
    return this.addAction('speech_event_timeout', milliseconds);
  }

  /** Data of the call, merged key by key. */
  updateGlobalData(data: Data): this {
    return this.addAction('set_global_data', data);
  }

  removeGlobalData(keys: string | readonly string[]): this {
    return this.addAction('unset_global_data', keys);
  }

  /** Data that only functions with the same token see. */
  setMetadata(data: Data): this {
    return this.addAction('set_meta_data', data);
  }

  removeMetadata(keys: string | readonly string[]): this {
    return this.addAction('unset_meta_data', keys);
  }

  swmlChangeStep(stepName: string): this {
    return this.addAction('change_step', stepName);
  }

  swmlChangeContext(contextName: string): this {
    return this.addAction('change_context', contextName);
  }

  /** Another prompt in the middle of a conversation. */
  switchContext(options: SwitchContextOptions = {}): this {
    return this.addAction('context_switch', contextValue(options));
  }

  toggleFunctions(toggles: readonly FunctionToggle[]): this {
    return this.addAction('toggle_functions', toggles);
  }

  /** Functions may be called when the caller says nothing. */
  enableFunctionsOnTimeout(enabled = true): this {
    return this.addAction('functions_on_speaker_timeout', enabled);
  }

  /** Of the model, such as `temperature`. */
  updateSettings(settings: Data): this {
    return this.addAction('settings', settings);
  }

  /** As if the caller had said it. */
  simulateUserInput(text: string): this {
    return this.addAction('user_input', text);
  }

  /** Sends all data of the call once. */
  enableExtensiveData(enabled = true): this {
    return this.addAction('extensive_data', enabled);
  }

  /** What stands in the conversation instead of this call; true: what the model said about it. */
  replaceInHistory(text: string | boolean = true): this {
    return this.addAction('replace_in_history', text);
  }

  /**
   * Runs a script.
   *
   * @param swmlContent a document, what makes one (`SwmlBuilder`), or its JSON; other text goes out as `raw_swml`.
   * @param transfer the call leaves the agent.
   * @throws TypeError for anything else.
   */
  executeSwml(swmlContent: string | Data | { toDict(): object }, transfer = false): this {
    const document = scriptOf(swmlContent);
    return this.addAction('SWML', transfer ? { ...document, transfer: 'true' } : document);
  }

  /** An event to the client that the caller uses. */
  swmlUserEvent(eventData: Data): this {
    return this.#run({ user_event: { event: eventData } });
  }

  /** @throws TypeError with neither a body nor media. */
  sendSms(options: SendSmsOptions): this {
    return this.#run(sendSmsVerb(options));
  }

  /** In the background. @throws TypeError for a format or direction that there is not. */
  recordCall(options: RecordCallOptions = {}): this {
    return this.#run(recordCallVerb(options));
  }

  stopRecordCall(controlId?: string): this {
    return this.#run({ stop_record_call: { control_id: controlId } });
  }

  /** Sends the call's sound elsewhere. @throws TypeError */
  tap(options: TapOptions): this {
    return this.#run(tapVerb(options));
  }

  stopTap(controlId?: string): this {
    return this.#run({ stop_tap: { control_id: controlId } });
  }

  joinRoom(name: string): this {
    return this.#run({ join_room: { name } });
  }

  /** @throws TypeError */
  joinConference(name: string, options: JoinConferenceOptions = {}): this {
    return this.#run(joinConferenceVerb(name, options));
  }

  sipRefer(toUri: string): this {
    return this.#run({ sip_refer: { to_uri: toUri } });
  }

  executeRpc(options: RpcOptions): this {
    return this.#run(rpcVerb(options));
  }

  rpcDial(toNumber: string, fromNumber: string, destSwml: string, deviceType = 'phone'): this {
    return this.executeRpc(dial(toNumber, fromNumber, destSwml, deviceType));
  }

  /** Tells the AI of another call something. @throws TypeError with neither a message nor data. */
  rpcAiMessage(callId: string, messageText?: string | null, role = 'system', globalData?: Data): this {
    return this.executeRpc(aiMessage(callId, messageText, role, globalData));
  }

  rpcAiGlobalData(callId: string, data: Data): this {
    return this.rpcAiMessage(callId, null, 'system', data);
  }

  rpcAiUnhold(callId: string): this {
    return this.executeRpc({ method: 'ai_unhold', callId });
  }

  /** Takes a card payment by keypad. @throws TypeError */
  pay(options: PayOptions): this {
    return this.#run(...payVerbs(options));
  }

  /** The wire's shape. */
  toDict(): FunctionAnswer {
    const { response, action, postProcess } = this;
    const said = Object.keys(this.#tool).length > 0 ? { ...this.#tool } : response;
    if (said === '' && action.length === 0) return { response: 'Action completed.' };
    return {
      ...(said !== '' && { response: said }),
      ...(action.length > 0 && { action: [...action], ...(postProcess && { post_process: true }) }),
    };
  }

  toJSON(): FunctionAnswer {
    return this.toDict();
  }

  /** What the caller hears in a situation such as `payment-card-number`. */
  static createPaymentPrompt(
    forSituation: string,
    actions: readonly PaymentAction[],
    cardType?: string,
    errorType?: string,
  ): PaymentPrompt {
    return jsonCopy({ for: forSituation, actions, card_type: cardType, error_type: errorType }) as PaymentPrompt;
  }

  /** @param actionType `Say` or `Play`. */
  static createPaymentAction(actionType: string, phrase: string): PaymentAction {
    return { type: actionType, phrase };
  }

  static createPaymentParameter(name: string, value: string): PaymentParameter {
    return { name, value };
  }

  #run(...verbs: readonly Data[]): this {
    return this.addAction('SWML', inlineScript(...verbs));
  }

  #transfer(final: boolean, ...verbs: readonly Data[]): this {
    return this.addActions([{ SWML: inlineScript(...verbs), transfer: String(final) }]);
  }
}
