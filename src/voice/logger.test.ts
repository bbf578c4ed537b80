/** Which lines are written, how they look, and what never stands in one. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jsonLine, textLine } from './log-line.ts';
import {
  getLogger,
  Logger,
  resetLoggingConfiguration,
  setGlobalLogColor,
  setGlobalLogFormat,
  setGlobalLogLevel,
  setGlobalLogStream,
  suppressAllLogs,
} from './logger.ts';
import { stripControlChars } from './security/control-chars.ts';
import { filterSensitiveHeaders } from './security/header-filter.ts';
import { redactText } from './security/text-redaction.ts';
import { redactUrl } from './security/url-redaction.ts';

const lines: string[] = [];
const event = { time: '2026-11-20T12:00:00.000Z', level: 'info', logger: 'agent', message: 'a call' } as const;

beforeEach(() => {
  for (const name of ['LEVEL', 'MODE', 'FORMAT', 'COLOR']) vi.stubEnv(`SIGNALWIRE_LOG_${name}`, undefined);
  resetLoggingConfiguration();
  lines.length = 0;
  setGlobalLogStream({ write: (line) => lines.push(line) });
});
afterEach(() => {
  vi.unstubAllEnvs();
  resetLoggingConfiguration();
});

/** Sets the environment and reads it again, with the sink in place. */
function environment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  resetLoggingConfiguration();
  setGlobalLogStream({ write: (line) => lines.push(line) });
}

function logAll(logger = new Logger('agent')): string[] {
  for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](level);
  return lines.map((line) => line.trim().split(': ').at(-1)!);
}

describe('a logger writes', () => {
  it.each([
    ['debug', 'debug info warn error'],
    ['INFO', 'info warn error'],
    ['Warn', 'warn error'],
    ['error', 'error'],
    ['everything', 'info warn error'],
    ['constructor', 'info warn error'],
  ])('at level %s: %s', (level, written) => {
    setGlobalLogLevel(level);
    expect(logAll().join(' ')).toBe(written);
    lines.length = 0;
    environment({ SIGNALWIRE_LOG_LEVEL: level });
    expect(logAll().join(' ')).toBe(written);
  });

  it('nothing when it is off, suppressed, or answers as a CGI program, and speaks again when let', () => {
    environment({ SIGNALWIRE_LOG_MODE: 'off' });
    expect(logAll()).toEqual([]);
    environment({ SIGNALWIRE_LOG_MODE: 'auto', GATEWAY_INTERFACE: 'CGI/1.1' });
    expect(logAll()).toEqual([]);
    environment({ SIGNALWIRE_LOG_MODE: 'stderr', GATEWAY_INTERFACE: 'CGI/1.1' });
    expect(logAll()).toHaveLength(3);
    suppressAllLogs();
    expect(logAll()).toHaveLength(3);
    suppressAllLogs(false);
    expect(logAll()).toHaveLength(6);
  });

  it('despite a malformed setting, with the default for that one', () => {
    environment({ SIGNALWIRE_LOG_FORMAT: 'xml', PORT: 'none', SIGNALWIRE_LOG_LEVEL: 'warn' });
    expect(logAll()).toEqual(['warn', 'error']);
  });

  it('to the stream that was chosen, serverless to standard error', () => {
    const script = `import { getLogger } from ${JSON.stringify(new URL('./logger.ts', import.meta.url).href)}; getLogger('a').warn('here');`;
    const run = (env: Record<string, string>) => {
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        env,
        encoding: 'utf8',
      });
      return [stdout.includes('here'), stderr.includes('here')];
    };
    expect(run({})).toEqual([true, false]);
    expect(run({ SIGNALWIRE_LOG_MODE: 'stderr' })).toEqual([false, true]);
    expect(run({ AWS_LAMBDA_FUNCTION_NAME: 'agent' })).toEqual([false, true]);
  });

  it('as text, with colour on a terminal or when told', () => {
    const logger = getLogger('agent');
    logger.info('a call', { call: 'c-1', count: 2, from: 'a b' });
    expect(lines[0]).toMatch(/^\S+Z INFO {2}agent: a call call=c-1 count=2 from="a b"\n$/);
    setGlobalLogColor(true);
    logger.error('x');
    expect(lines[1]).toContain('\u001b[31mERROR\u001b[0m');
    environment({ SIGNALWIRE_LOG_COLOR: 'false' });
    setGlobalLogStream({ write: (line) => lines.push(line), isTTY: true });
    logger.error('x');
    expect(lines[2]).not.toContain('\u001b');
    resetLoggingConfiguration();
    vi.unstubAllEnvs();
    setGlobalLogStream({ write: (line) => lines.push(line), isTTY: true });
    logger.error('x');
    expect(lines[3]).toContain('\u001b[31m');
  });

  it('as JSON, one object a line, its own fields before and above all others', () => {
    setGlobalLogFormat('json');
    new Logger('agent').bind({ agent: 'a', step: 1 }).warn('a call', { step: 2, level: 'debug', time: 'x\ny' });
    const { time, ...rest } = JSON.parse(lines[0]!);
    expect(Object.keys(JSON.parse(lines[0]!)).slice(0, 4)).toEqual(['time', 'level', 'logger', 'message']);
    expect(rest).toEqual({ level: 'warn', logger: 'agent', message: 'a call', agent: 'a', step: 2 });
    expect(Date.parse(time)).not.toBeNaN();
  });
});

it('getLogger gives one logger for a name', () => {
  expect(getLogger('one')).toBe(getLogger('one'));
  expect(getLogger('one')).not.toBe(getLogger('two'));
});

describe('a line', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it looks for
  const STEERS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '\n',
      '\r\n',
      '\u001b[2J',
      '\u2028',
      '\u0085',
      '\u202e',
      'x\n2026-11-20T12:00:00.000Z ERROR agent: forged',
    ),
  );

  it('is one line, whatever words, names or fields a caller chose', () => {
    fc.assert(
      fc.property(text, text, fc.dictionary(text, fc.oneof(text, fc.anything())), (message, logger, data) => {
        const given = { ...event, message, logger };
        for (const line of [textLine(given, data, false), jsonLine(given, data)]) expect(line).not.toMatch(STEERS);
        expect(textLine(given, data, false).startsWith(`${event.time} INFO  `)).toBe(true);
      }),
    );
  });

  it('can be given anything: circular, deep, wide, large, failing', () => {
    const circular: Record<string, unknown> = { big: 1n, when: new Date(Number.NaN), why: new Error('no\nway') };
    circular['itself'] = circular;
    circular['wide'] = Array.from({ length: 100_000 }, (_, i) => i);
    circular['large'] = 'word '.repeat(1_000_000);
    circular['set'] = new Set([new Map([['token', 'sesame']])]);
    expect(jsonLine(event, circular).length).toBeLessThan(100_000);
    expect(textLine(event, circular, true)).not.toContain('sesame');
  });

  it('is written soon, also of text made to slow the search for secrets', () => {
    for (const part of ['a', 'a.', '"', '\\"', 'a=', '://', 'bearer ', 'cookie ', 'https://a@'])
      expect(textLine({ ...event, message: part.repeat(1_000_000 / part.length) }, {}, false).length).toBeLessThan(
        20_000,
      );
  }, 5_000);

  const SECRET = 'Zx9-secret_Value7';
  const BASIC = Buffer.from(`user:${SECRET}`).toString('base64');
  it.each([
    `https://user:${SECRET}@host/swaig?x=1`,
    `redis://:${SECRET}@host`,
    `https://us"er:${SECRET}@host:99999999/`,
    `https://user:p@${SECRET}@host/`,
    `see https://host/swaig?__token=${SECRET}&a=b`,
    `/swaig?a=b&__token=${SECRET}`,
    `/swaig?__%74oken=${SECRET}`,
    `token=${SECRET}, and more`,
    `Authorization: Bearer ${SECRET}`,
    `authorization: Basic ${BASIC}`,
    `{"authorization":"Basic ${BASIC}"}`,
    `sent Bearer ${SECRET}`,
    `sent Basic ${BASIC}`,
    `Cookie: a=1; sid=${SECRET}`,
    `{"auth": {"password": "${SECRET}"}}`,
    `${'x '.repeat(4_080)}{"password":"and ${SECRET} ${'y '.repeat(100)}"}`,
  ])('never holds what lets somebody in: %s', (told) => {
    for (const line of [
      textLine({ ...event, message: told }, { told }, false),
      jsonLine({ ...event, logger: told }, { deep: [{ told }], [told]: 1 }),
    ]) {
      expect(line).not.toContain(SECRET);
      expect(line).not.toContain(BASIC);
    }
  });

  it.each(['authorization', 'X-Api-Key', 'basicAuth', 'set-cookie', 'access_token', 'signingKey', 'password'])(
    'hides the field %s, and all that is in it',
    (name) => {
      const data = { [name]: SECRET, deep: [{ [name]: [SECRET, { a: SECRET }] }] };
      expect(textLine(event, data, false) + jsonLine(event, data)).not.toContain(SECRET);
    },
  );

  it('keeps what is no secret', () => {
    const told = 'basic authentication of 3 tokens at https://host/a?page=2 by bearer of news; monkey=1';
    expect(redactText(told)).toBe(told);
  });
});

describe('redactUrl', () => {
  it('hides user, password and secret parameters', () => {
    expect(redactUrl('https://a:b@host/swaig?__token=x&apiKey=y&page=2')).toBe(
      'https://****:****@host/swaig?__token=****&apiKey=****&page=2',
    );
    expect(redactUrl('no address')).toBe('no address');
    expect(redactUrl('https://a:b@host:port/')).toBe('https://****@host:port/');
  });
});

describe('stripControlChars', () => {
  it('takes them out of texts and names however deep, and leaves the rest and the original as they are', () => {
    const when = new Date(0);
    const given = { a: 'x\u0000\ny', 'b\u001b': [{ c: '\u202ez' }], n: 1, when, nothing: null };
    expect(stripControlChars(given)).toEqual({ a: 'xy', b: [{ c: 'z' }], n: 1, when, nothing: null });
    expect(given.a).toBe('x\u0000\ny');
    expect(stripControlChars('a\rb')).toBe('ab');
  });
});

describe('filterSensitiveHeaders', () => {
  it('leaves out credentials under every name, whatever its case', () => {
    const kept = { Host: 'h', 'content-type': 'application/json', 'X-Request-Id': 'r', 'user-agent': 'u' };
    const secret = [
      'Authorization',
      'PROXY-AUTHORIZATION',
      'cookie',
      'Set-Cookie',
      'X-Api-Key',
      'x-auth-token',
      'x-csrf-token',
      'X-SignalWire-Signature',
      'x-twilio-signature',
      'x-goog-iap-jwt-assertion',
      'x-amz-security-token',
      'x-functions-key',
      'x-ms-client-principal',
    ];
    const headers = { ...kept, ...Object.fromEntries(secret.map((name) => [name, 's'])) };
    expect(filterSensitiveHeaders(headers)).toEqual(kept);
    expect(Object.values(filterSensitiveHeaders(new Headers(headers)))).not.toContain('s');
  });
});
