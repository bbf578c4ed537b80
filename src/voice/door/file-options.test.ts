import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { AgentBase } from '../agent-base.ts';
import { ConfigurationError } from '../configuration-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-file-options-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const agentOf = (config: unknown, options: object = {}) => {
  const configFile = join(folder, `${files++}.json`);
  writeFileSync(configFile, typeof config === 'string' ? config : JSON.stringify(config));
  return new AgentBase({ name: 'filed', configFile, ...options });
};

it('an agent takes from its file what its options do not say', () => {
  const config = {
    service: { route: '/desk', host: '127.0.0.1', port: 8080 },
    security: { auth: { basic: { user: 'anna', password: 'from the file' } }, ssl_enabled: false },
  };
  const agent = agentOf(config);
  expect([agent.route, agent.host, agent.port]).toEqual(['/desk', '127.0.0.1', 8080]);
  expect(agent.getBasicAuthCredentials(true)).toEqual(['anna', 'from the file', 'provided']);
  const other = agentOf(config, { route: '/other', port: 1, basicAuth: ['ben', 'given'] });
  expect([other.route, other.port, other.getBasicAuthCredentials()]).toEqual(['/other', 1, ['ben', 'given']]);
  expect(agentOf({ security: { basicAuth: ['pair', 'word'] } }).getBasicAuthCredentials()).toEqual(['pair', 'word']);
  expect(agentOf({ service: { port: '8081' } }).port).toBe(8081);
});

it.for([
  ['not JSON', '{'],
  ['no object', '[]'],
  ['an empty password', { security: { auth: { basic: { user: 'a', password: '' } } } }],
  ['half of the credentials', { security: { auth: { basic: { user: 'a' } } } }],
  ['a pair that is none', { security: { basicAuth: ['a'] } }],
  ['a port that is none', { service: { port: 'http' } }],
  ['a route that is none', { service: { route: 3 } }],
  ['a switch that is none', { security: { ssl_enabled: 'on' } }],
])('is refused for %s', ([, config]) => {
  expect(() => agentOf(config)).toThrow(ConfigurationError);
});

it('is refused when it is not there', () => {
  expect(() => new AgentBase({ name: 'a', configFile: join(folder, 'nowhere.json') })).toThrow(ConfigurationError);
});
