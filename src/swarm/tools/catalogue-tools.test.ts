import { describe, expect, it } from 'vitest';
import { ENVELOPE_FIELDS } from '../../guard/catalogue.ts';
import { catalogueToRead } from '../../main/actions.ts';
import { checkPayload } from '../rules/payload.ts';
import { catalogueTools } from './catalogue-tools.ts';
import { isNamed, shownName } from './rules/tool-names.ts';

const catalogue = catalogueToRead();
const ROOMS = [...new Set(catalogue.entries.map(({ action }) => `${action.name.split('.')[0]}.*`))];
const tools = catalogueTools(catalogue, ROOMS);
const actionOf = (tool: string) => catalogue.byTool(tool)?.action.name;

describe('an action as a tool', () => {
  it('is one that an agent’s own token may call over MCP; what is an administrator’s is nobody’s', () => {
    const names = tools.map(({ name }) => actionOf(name));
    expect(names).toContain('comms.send_message');
    expect(names).toContain('comms.get_messages');
    for (const never of ['comms.provision_channels', 'comms.approve', 'identity.create_api_key', 'audit.query'])
      expect(names).not.toContain(never);
    for (const { name } of tools) expect(catalogue.byTool(name)?.action.access).toMatch(/^agent:(?:read|act)$/);
  });

  it('has no field of the envelope, and takes none that it does not have', () => {
    const send = tools.find(({ name }) => name === 'comms_send_message')!;
    const message = { to: '+14155550101', body: 'Hello' };
    expect(checkPayload(send.schema, message)).toEqual([]);
    for (const field of ENVELOPE_FIELDS)
      expect(checkPayload(send.schema, { ...message, [field]: 'agt_1' })[0]?.path).toBe(field);
  });

  it('has a name that every model takes, once', () => {
    for (const { name } of tools) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
  });

  it('is made once, however often it is asked for', () => {
    expect(catalogueTools(catalogue, ['comms.send_message'])[0]).toBe(
      tools.find(({ name }) => name === 'comms_send_message'),
    );
  });

  it('may be made again under the same key unless it reaches the world', () => {
    const idempotent = (name: string) => tools.find((tool) => actionOf(tool.name) === name)?.idempotent;
    expect(idempotent('comms.send_message')).toBe(false);
    expect(idempotent('comms.check_consent')).toBe(true);
    expect(idempotent('comms.record_consent')).toBe(true);
  });

  it('is named alone or with its whole room', () => {
    const named = (pattern: string) => catalogueTools(catalogue, [pattern]).map(({ name }) => actionOf(name));
    expect(named('comms.send_message')).toEqual(['comms.send_message']);
    expect(named('comms.*')).toEqual(
      tools.map(({ name }) => actionOf(name)).filter((name) => name?.startsWith('comms.')),
    );
    for (const nothing of ['*', '.*', 'comms', 'comms.send', 'com.*', 'identity.*', 'comms.provision_channels'])
      expect(named(nothing)).toEqual([]);
  });
});

describe('the name of a tool', () => {
  it('is matched exactly, or by what it belongs to', () => {
    expect(isNamed('files.*', 'files.read')).toBe(true);
    expect(isNamed('files.*', 'filesystem.read')).toBe(false);
    expect(isNamed('files.read', 'files.read_all')).toBe(false);
  });

  it('is spelled as models take it, and two that would look alike stay two', () => {
    expect(shownName('files.read')).toBe('files__read');
    expect(shownName('files_.read')).not.toBe(shownName('files._read'));
    expect(shownName('weather')).toBe('weather');
    expect(shownName('files.read/all')).not.toBe(shownName('files.read:all'));
    for (const odd of [`files.${'x'.repeat(200)}`, 'files.名前', 'files.a b'])
      expect(shownName(odd)).toMatch(/^files_[a-zA-Z0-9_-]{1,58}$/);
  });
});
