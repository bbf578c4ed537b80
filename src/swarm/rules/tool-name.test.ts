import { expect, test } from 'vitest';
import { shownName } from '../tools/rules/tool-names.ts';
import { toolOf } from './tool-name.ts';

test('a handler’s name of a tool is the one that its agent is shown', () => {
  expect(toolOf('comms.send_message')).toBe('comms_send_message');
  for (const name of ['files.read', 'weather', 'files.a_very_long_name'.padEnd(80, 'x')])
    expect(toolOf(name)).toBe(shownName(name));
  expect(toolOf('files.read')).toBe('files__read');
});
