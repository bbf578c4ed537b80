import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionFaults, contractActions, describeContract, scriptFaults } from '../../test/voice/swml-contract.ts';
import { type Action, FunctionResult } from './function-result.ts';
import { SwmlBuilder } from './swml-builder.ts';

const made = (): FunctionResult => new FunctionResult();
/** The one verb, or verbs, of a script that an action runs. */
const runs = (...main: object[]) => ({ SWML: { version: '1.0.0', sections: { main } } });
const ACTION = FunctionResult.createPaymentAction('Say', 'Your card number, please.');
const PAY_DEFAULTS = {
  payment_connector_url: 'https://pay.example.com',
  input: 'dtmf',
  payment_method: 'credit-card',
  timeout: '5',
  max_attempts: '1',
  security_code: 'true',
  postal_code: 'true',
  min_postal_code_length: '0',
  token_type: 'reusable',
  currency: 'usd',
  language: 'en-US',
  voice: 'woman',
  valid_card_types: 'visa mastercard amex',
};
const RECORD_DEFAULTS = { stereo: false, format: 'wav', direction: 'both', beep: false, input_sensitivity: 44 };

/** Each action as it goes out. */
const GOLDEN: Readonly<Record<string, readonly [FunctionResult, object]>> = {
  'connect, for good': [made().connect('+15550001'), { ...runs({ connect: { to: '+15550001' } }), transfer: 'true' }],
  'connect, and back': [
    made().connect('sip:a@example.com', false, '+15550002'),
    { ...runs({ connect: { to: 'sip:a@example.com', from: '+15550002' } }), transfer: 'false' },
  ],
  swmlTransfer: [
    made().swmlTransfer('https://example.com/swml', 'Welcome back.', false),
    {
      ...runs({ set: { ai_response: 'Welcome back.' } }, { transfer: { dest: 'https://example.com/swml' } }),
      transfer: 'false',
    },
  ],
  hangup: [made().hangup(), { hangup: true }],
  stop: [made().stop(), { stop: true }],
  hold: [made().hold(), { hold: 300 }],
  'hold, too long': [made().hold(5000), { hold: 900 }],
  'hold, before it began': [made().hold(-5), { hold: 0 }],
  'hold, with steps': [
    made().hold('', 60.7, 'back', 'gave_up'),
    { hold: { timeout: 60, step: 'back', timeout_step: 'gave_up' } },
  ],
  waitForUser: [made().waitForUser(), { wait_for_user: true }],
  'waitForUser, not': [made().waitForUser({ enabled: false }), { wait_for_user: false }],
  'waitForUser, for a while': [made().waitForUser({ timeout: 10, enabled: false }), { wait_for_user: 10 }],
  'waitForUser, after an answer': [
    made().waitForUser({ answerFirst: true, timeout: 3 }),
    { wait_for_user: 'answer_first' },
  ],
  say: [made().say('Hello'), { say: 'Hello' }],
  playBackgroundFile: [
    made().playBackgroundFile('https://a.example/b.mp3'),
    { playback_bg: 'https://a.example/b.mp3' },
  ],
  'playBackgroundFile, and wait': [
    made().playBackgroundFile('https://a.example/b.mp3', true),
    { playback_bg: { file: 'https://a.example/b.mp3', wait: true } },
  ],
  stopBackgroundFile: [made().stopBackgroundFile(), { stop_playback_bg: true }],
  addDynamicHints: [
    made().addDynamicHints(['Cabby', { pattern: 'cab bee', replace: 'Cabby', ignore_case: true }]),
    { add_dynamic_hints: ['Cabby', { pattern: 'cab bee', replace: 'Cabby', ignore_case: true }] },
  ],
  clearDynamicHints: [made().clearDynamicHints(), { clear_dynamic_hints: {} }],
  setEndOfSpeechTimeout: [made().setEndOfSpeechTimeout(800), { end_of_speech_timeout: 800 }],
  setSpeechEventTimeout: [made().setSpeechEventTimeout(1200), { speech_event_timeout: 1200 }],
  updateGlobalData: [made().updateGlobalData({ plan: 'gold' }), { set_global_data: { plan: 'gold' } }],
  removeGlobalData: [made().removeGlobalData('plan'), { unset_global_data: 'plan' }],
  'removeGlobalData, several': [made().removeGlobalData(['a', 'b']), { unset_global_data: ['a', 'b'] }],
  setMetadata: [made().setMetadata({ count: 3 }), { set_meta_data: { count: 3 } }],
  removeMetadata: [made().removeMetadata('count'), { unset_meta_data: 'count' }],
  'removeMetadata, several': [made().removeMetadata(['a', 'b']), { unset_meta_data: ['a', 'b'] }],
  swmlChangeStep: [made().swmlChangeStep('pay'), { change_step: 'pay' }],
  swmlChangeContext: [made().swmlChangeContext('billing'), { change_context: 'billing' }],
  switchContext: [made().switchContext({ systemPrompt: 'Bill.' }), { context_switch: 'Bill.' }],
  'switchContext, and more': [
    made().switchContext({ systemPrompt: 'Bill.', userPrompt: 'Well?', consolidate: true }),
    { context_switch: { system_prompt: 'Bill.', user_prompt: 'Well?', consolidate: true } },
  ],
  'switchContext, from scratch': [
    made().switchContext({ systemPrompt: 'Bill.', fullReset: true }),
    { context_switch: { system_prompt: 'Bill.', full_reset: true } },
  ],
  toggleFunctions: [
    made().toggleFunctions([{ function: 'refund', active: false }]),
    { toggle_functions: [{ function: 'refund', active: false }] },
  ],
  enableFunctionsOnTimeout: [made().enableFunctionsOnTimeout(), { functions_on_speaker_timeout: true }],
  updateSettings: [made().updateSettings({ temperature: 0.7 }), { settings: { temperature: 0.7 } }],
  simulateUserInput: [made().simulateUserInput('Help.'), { user_input: 'Help.' }],
  enableExtensiveData: [made().enableExtensiveData(false), { extensive_data: false }],
  replaceInHistory: [made().replaceInHistory(), { replace_in_history: true }],
  'replaceInHistory, by a text': [made().replaceInHistory('Ordered.'), { replace_in_history: 'Ordered.' }],
  executeSwml: [made().executeSwml(runs({ hangup: {} }).SWML), runs({ hangup: {} })],
  'executeSwml, JSON': [made().executeSwml(JSON.stringify(runs({ hangup: {} }).SWML)), runs({ hangup: {} })],
  'executeSwml, a builder': [
    made().executeSwml(new SwmlBuilder().answer().hangup()),
    runs({ answer: {} }, { hangup: {} }),
  ],
  'executeSwml, and gone': [
    made().executeSwml(runs({ hangup: {} }).SWML, true),
    { SWML: { ...runs({ hangup: {} }).SWML, transfer: 'true' } },
  ],
  'executeSwml, other text': [made().executeSwml('version: 1.0.0'), { SWML: { raw_swml: 'version: 1.0.0' } }],
  swmlUserEvent: [made().swmlUserEvent({ type: 'dealt' }), runs({ user_event: { event: { type: 'dealt' } } })],
  sendSms: [
    made().sendSms({ toNumber: '+15550001', fromNumber: '+15550002', body: 'Confirmed.' }),
    runs({ send_sms: { to_number: '+15550001', from_number: '+15550002', body: 'Confirmed.' } }),
  ],
  'sendSms, a picture': [
    made().sendSms({
      toNumber: '+15550001',
      fromNumber: '+15550002',
      media: ['https://a.example/a.jpg'],
      tags: ['vip'],
      region: 'us',
    }),
    runs({
      send_sms: {
        to_number: '+15550001',
        from_number: '+15550002',
        media: ['https://a.example/a.jpg'],
        tags: ['vip'],
        region: 'us',
      },
    }),
  ],
  recordCall: [made().recordCall(), runs({ record_call: RECORD_DEFAULTS })],
  'recordCall, with all': [
    made().recordCall({
      controlId: 'r1',
      stereo: true,
      format: 'mp3',
      direction: 'listen',
      terminators: '#',
      beep: true,
      inputSensitivity: 30,
      initialTimeout: 5,
      endSilenceTimeout: 3,
      maxLength: 120,
      statusUrl: 'https://a.example/status',
    }),
    runs({
      record_call: {
        control_id: 'r1',
        stereo: true,
        format: 'mp3',
        direction: 'listen',
        terminators: '#',
        beep: true,
        input_sensitivity: 30,
        initial_timeout: 5,
        end_silence_timeout: 3,
        max_length: 120,
        status_url: 'https://a.example/status',
      },
    }),
  ],
  stopRecordCall: [made().stopRecordCall(), runs({ stop_record_call: {} })],
  'stopRecordCall, one': [made().stopRecordCall('r1'), runs({ stop_record_call: { control_id: 'r1' } })],
  tap: [
    made().tap({ uri: 'wss://a.example', codec: 'PCMU', rtpPtime: 20 }),
    runs({ tap: { uri: 'wss://a.example', direction: 'both' } }),
  ],
  'tap, with all': [
    made().tap({
      uri: 'rtp://192.0.2.1:5004',
      controlId: 't1',
      direction: 'speak',
      codec: 'PCMA',
      rtpPtime: 40,
      statusUrl: 'https://a.example/status',
    }),
    runs({
      tap: {
        uri: 'rtp://192.0.2.1:5004',
        control_id: 't1',
        direction: 'speak',
        codec: 'PCMA',
        rtp_ptime: 40,
        status_url: 'https://a.example/status',
      },
    }),
  ],
  stopTap: [made().stopTap('t1'), runs({ stop_tap: { control_id: 't1' } })],
  joinRoom: [made().joinRoom('standup'), runs({ join_room: { name: 'standup' } })],
  sipRefer: [made().sipRefer('sip:a@example.com'), runs({ sip_refer: { to_uri: 'sip:a@example.com' } })],
  joinConference: [
    made().joinConference('floor', { muted: false, beep: 'true', maxParticipants: 250 }),
    runs({ join_conference: 'floor' }),
  ],
  'joinConference, with all': [
    made().joinConference('floor', {
      muted: true,
      beep: 'onEnter',
      startOnEnter: false,
      endOnExit: true,
      waitUrl: 'https://a.example/wait',
      maxParticipants: 50,
      record: 'record-from-start',
      region: 'us',
      trim: 'do-not-trim',
      coach: 'call-1',
      statusCallbackEvent: 'join',
      statusCallback: 'https://a.example/status',
      statusCallbackMethod: 'GET',
      recordingStatusCallback: 'https://a.example/recording',
      recordingStatusCallbackMethod: 'GET',
      recordingStatusCallbackEvent: 'absent',
      result: [{ else: [{ hangup: {} }] }],
    }),
    runs({
      join_conference: {
        name: 'floor',
        muted: true,
        beep: 'onEnter',
        start_on_enter: false,
        end_on_exit: true,
        wait_url: 'https://a.example/wait',
        max_participants: 50,
        record: 'record-from-start',
        region: 'us',
        trim: 'do-not-trim',
        coach: 'call-1',
        status_callback_event: 'join',
        status_callback: 'https://a.example/status',
        status_callback_method: 'GET',
        recording_status_callback: 'https://a.example/recording',
        recording_status_callback_method: 'GET',
        recording_status_callback_event: 'absent',
        result: [{ else: [{ hangup: {} }] }],
      },
    }),
  ],
  executeRpc: [
    made().executeRpc({ method: 'ask', params: { a: 1 }, callId: 'c1', nodeId: 'n1' }),
    runs({ execute_rpc: { method: 'ask', call_id: 'c1', node_id: 'n1', params: { a: 1 } } }),
  ],
  rpcDial: [
    made().rpcDial('+15550001', '+15550002', 'https://a.example/swml'),
    runs({
      execute_rpc: {
        method: 'dial',
        params: {
          devices: { type: 'phone', params: { to_number: '+15550001', from_number: '+15550002' } },
          dest_swml: 'https://a.example/swml',
        },
      },
    }),
  ],
  rpcAiMessage: [
    made().rpcAiMessage('c1', 'Hold on.', 'user', { notes: 'n' }),
    runs({
      execute_rpc: {
        method: 'ai_message',
        call_id: 'c1',
        params: { role: 'user', message_text: 'Hold on.', global_data: { notes: 'n' } },
      },
    }),
  ],
  rpcAiGlobalData: [
    made().rpcAiGlobalData('c1', { notes: 'n' }),
    runs({ execute_rpc: { method: 'ai_message', call_id: 'c1', params: { global_data: { notes: 'n' } } } }),
  ],
  rpcAiUnhold: [made().rpcAiUnhold('c1'), runs({ execute_rpc: { method: 'ai_unhold', call_id: 'c1' } })],
  pay: [
    made().pay({ paymentConnectorUrl: 'https://pay.example.com', aiResponse: `It is \${pay_result}.` }),
    runs({ set: { ai_response: `It is \${pay_result}.` } }, { pay: PAY_DEFAULTS }),
  ],
  'pay, with all': [
    made().pay({
      paymentConnectorUrl: 'https://pay.example.com',
      statusUrl: 'https://a.example/status',
      timeout: 7,
      maxAttempts: '2',
      securityCode: false,
      postalCode: '90210',
      minPostalCodeLength: 5,
      tokenType: 'one-time',
      chargeAmount: '9.99',
      description: 'Order 42',
      validCardTypes: 'visa',
      parameters: [FunctionResult.createPaymentParameter('order', '42')],
      prompts: [FunctionResult.createPaymentPrompt('payment-card-number', [ACTION], 'visa', 'timeout')],
      aiResponse: 'Done.',
    }),
    runs(
      { set: { ai_response: 'Done.' } },
      {
        pay: {
          ...PAY_DEFAULTS,
          status_url: 'https://a.example/status',
          timeout: '7',
          max_attempts: '2',
          security_code: 'false',
          postal_code: '90210',
          min_postal_code_length: '5',
          token_type: 'one-time',
          charge_amount: '9.99',
          description: 'Order 42',
          valid_card_types: 'visa',
          parameters: [{ name: 'order', value: '42' }],
          prompts: [{ for: 'payment-card-number', actions: [ACTION], card_type: 'visa', error_type: 'timeout' }],
        },
      },
    ),
  ],
};

describe('what a function answers', () => {
  it.each(Object.entries(GOLDEN))('says %s as the platform expects it', (_, [result, action]) => {
    expect(JSON.parse(JSON.stringify(result))).toEqual({ action: [action] });
  });

  it('has a row for every method that adds an action', () => {
    const notActions = ['constructor', 'setResponse', 'setToolResponse', 'setPostProcess', 'addAction', 'addActions'];
    const methods = Object.getOwnPropertyNames(FunctionResult.prototype).filter(
      (name) => ![...notActions, 'toDict', 'toJSON'].includes(name),
    );
    expect([...new Set(Object.keys(GOLDEN).map((name) => name.split(',')[0]))].sort()).toEqual(methods.sort());
  });

  it('says that it is done when it says nothing else', () => {
    expect(made().toDict()).toEqual({ response: 'Action completed.' });
    expect(new FunctionResult('', true).toDict()).toEqual({ response: 'Action completed.' });
  });

  it('asks for one more turn only with actions', () => {
    expect(new FunctionResult('Hi', true).toDict()).toEqual({ response: 'Hi' });
    expect(new FunctionResult('Hi', true).hangup().toDict()).toEqual({
      response: 'Hi',
      action: [{ hangup: true }],
      post_process: true,
    });
    expect(new FunctionResult('Hi', true).setPostProcess(false).hangup().toDict()).not.toHaveProperty('post_process');
  });

  it('keeps a plain and a structured response apart: the last one counts', () => {
    const result = new FunctionResult('Hi').setToolResponse('declined', 'Ask for another card.');
    expect([result.response, result.toDict()]).toEqual([
      '',
      { response: { tool_result: 'declined', tool_prompt: 'Ask for another card.' } },
    ]);
    expect(result.setResponse('Hi').toDict()).toEqual({ response: 'Hi' });
    expect(new FunctionResult({ tool_result: 'declined' }).toDict()).toEqual({ response: { tool_result: 'declined' } });
    expect(new FunctionResult('Hi', false, 'ok').toDict()).toEqual({ response: { tool_result: 'ok' } });
  });

  it('lets the model announce a hold before it begins', () => {
    expect(made().hold('Say that you ask somebody.', 60).toDict()).toEqual({
      response: { tool_result: 'status: on hold', tool_prompt: 'Say that you ask somebody.' },
      action: [{ hold: 60 }],
      post_process: true,
    });
  });

  it('copies what it is given, and hands out a list of its own', () => {
    const data = { deep: { list: [1] } };
    const result = made()
      .updateGlobalData(data)
      .addAction('own', data)
      .addActions([{ more: data }]);
    data.deep.list.push(2);
    (result.toDict().action as Action[]).pop();
    expect(result.toDict().action).toEqual([
      { set_global_data: { deep: { list: [1] } } },
      { own: { deep: { list: [1] } } },
      { more: { deep: { list: [1] } } },
    ]);
  });

  it('tells the model of a payment by the variable that the platform sets', () => {
    const [action] = made().pay({ paymentConnectorUrl: 'https://pay.example.com' }).action;
    expect(JSON.stringify(action)).toContain(`\${pay_result}`);
  });

  const BAD: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
    'an SMS of nothing': [() => made().sendSms({ toNumber: '+1', fromNumber: '+2', body: '' }), /body, media/],
    'an SMS to nobody': [() => made().sendSms({ toNumber: '', fromNumber: '+2', body: 'x' }), /toNumber/],
    'a tap in a direction that there is not': [
      () => made().tap({ uri: 'ws://a', direction: 'up' as 'both' }),
      /speak, listen, both/,
    ],
    'a tap with another codec': [() => made().tap({ uri: 'ws://a', codec: 'OPUS' as 'PCMU' }), /PCMU, PCMA/],
    'packets of no length': [() => made().tap({ uri: 'ws://a', rtpPtime: 0 }), /rtpPtime/],
    'a recording in another format': [() => made().recordCall({ format: 'ogg' as 'wav' }), /wav, mp3, mp4/],
    'a recording in another direction': [() => made().recordCall({ direction: 'up' as 'both' }), /direction/],
    'a conference without a name': [() => made().joinConference(' '), /name/],
    'a conference of none': [() => made().joinConference('c', { maxParticipants: 0 }), /from 1 to 250/],
    'a conference of 251': [() => made().joinConference('c', { maxParticipants: 251 }), /from 1 to 250/],
    'a conference with another beep': [() => made().joinConference('c', { beep: 'x' as 'true' }), /onEnter/],
    'a message of nothing': [() => made().rpcAiMessage('c1', ''), /messageText, globalData/],
    'a request without a method': [() => made().executeRpc({ method: '' }), /method/],
    'a payment without a connector': [() => made().pay({ paymentConnectorUrl: '' }), /paymentConnectorUrl/],
    'a payment with a timeout of none': [
      () => made().pay({ paymentConnectorUrl: 'https://p', timeout: 'soon' }),
      /timeout must be a whole number/,
    ],
    'a payment whose security code is perhaps asked for': [
      () => made().pay({ paymentConnectorUrl: 'https://p', securityCode: 'perhaps' as 'true' }),
      /true or false/,
    ],
    'a script that is none': [() => made().executeSwml([] as never), /document/],
    'a hold of some time': [() => made().hold(Number.NaN), /seconds/],
    'a number without an end': [() => made().setEndOfSpeechTimeout(Number.POSITIVE_INFINITY), /JSON/],
    'an action without a value': [() => made().addAction('x', undefined), /needs a value/],
    'data that goes round in a circle': [
      () => {
        const data: Record<string, unknown> = {};
        data['self'] = data;
        return made().setMetadata(data);
      },
      /circular/,
    ],
  };
  it.each(Object.entries(BAD))('refuses %s', (_, [give, says]) => {
    expect(give).toThrow(TypeError);
    expect(give).toThrow(says);
  });
});

/** Actions and verbs of the platform that its description leaves out, by what stands in them. */
const UNDESCRIBED: Readonly<Record<string, (action: Action) => boolean>> = {
  'actions it does not list': (action) =>
    Object.keys(action).some((name) =>
      [
        'wait_for_user',
        'add_dynamic_hints',
        'clear_dynamic_hints',
        'end_of_speech_timeout',
        'speech_event_timeout',
        'functions_on_speaker_timeout',
        'settings',
        'extensive_data',
        'replace_in_history',
      ].includes(name),
    ),
  '`transfer` beside a script': (action) => 'transfer' in action,
  '`transfer` in a script': (action) => hasIn(action['SWML'], 'transfer'),
  'text that is no JSON': (action) => hasIn(action['SWML'], 'raw_swml'),
  'steps of a hold': (action) => hasIn(action['hold'], 'step'),
  'a file by its name alone': (action) => typeof action['playback_bg'] === 'string',
  'lists of keys': (action) => Array.isArray(action['unset_global_data'] ?? action['unset_meta_data']),
  'another prompt by its text alone': (action) => typeof action['context_switch'] === 'string',
  '`full_reset`': (action) => hasIn(action['context_switch'], 'full_reset'),
  'the verb `execute_rpc`': (action) => JSON.stringify(action).includes('"execute_rpc":'),
  'a conference by its name alone': (action) => JSON.stringify(action).includes('"join_conference":"'),
  'numbers and booleans of `pay` as text': (action) => JSON.stringify(action).includes('"pay":'),
};
const hasIn = (value: unknown, name: string): boolean => typeof value === 'object' && value !== null && name in value;

describeContract(() => {
  const actions = Object.entries(GOLDEN).map(([name, [{ action }]]) => [name, action[0] as Action] as const);
  const undescribed = ([, action]: readonly [string, Action]) => Object.values(UNDESCRIBED).some((is) => is(action));

  it.each(actions.filter((one) => !undescribed(one)))('describes %s', (_, action) => {
    expect(actionFaults(action)).toEqual([]);
  });

  it.each(Object.entries(UNDESCRIBED))('leaves out %s, still', (_, is) => {
    const concerned = actions.filter(([, action]) => is(action));
    expect(concerned.length).toBeGreaterThan(0);
    for (const [, action] of concerned) expect(actionFaults(action)).not.toEqual([]);
  });

  it('has no action that no method adds', () => {
    expect(contractActions.filter((name) => !actions.some(([, action]) => name in action))).toEqual([]);
  });

  it('describes the scripts of transfers', () => {
    for (const [, action] of actions.filter(([, one]) => 'transfer' in one))
      expect(scriptFaults(action['SWML'])).toEqual([]);
  });

  it('describes actions with any values', () => {
    const text = fc.string();
    const data = fc.dictionary(text, fc.jsonValue(), { maxKeys: 4 });
    const some = fc.string().filter((one) => one.trim() !== '');
    fc.assert(
      fc.property(text, data, fc.integer(), some, fc.double({ noNaN: true }), (any, record, whole, name, seconds) => {
        const result = made()
          .hold(whole)
          .hold(seconds)
          .say(any)
          .playBackgroundFile('https://a.example/b.mp3', true)
          .updateGlobalData(record)
          .setMetadata(record)
          .removeGlobalData(any)
          .swmlChangeStep(any)
          .simulateUserInput(any)
          .toggleFunctions([{ function: any, active: whole > 0 }])
          .swmlUserEvent(record)
          .joinRoom(any)
          .sipRefer(any)
          .sendSms({ toNumber: name, fromNumber: name, body: name, tags: [any] })
          .stopTap(any)
          .tap({ uri: name, rtpPtime: Math.abs(whole) + 1 });
        for (const action of result.action) expect(actionFaults(action)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('whatever a function answers', () => {
  it('is the same after JSON', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })),
        (text, actions) => {
          const said = new FunctionResult(text).addActions(actions).toDict();
          expect(JSON.parse(JSON.stringify(said))).toEqual(said);
        },
      ),
    );
  });
});
