/** What is seen and approved of tools, on every engine. */
import { describe, expect, it } from 'vitest';
import type { SeenTool } from '../../src/swarm/tools/pins.ts';
import { toolWrite } from '../../src/swarm/tools/writes.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { deskOn } from '../support/open.ts';

/** The hash stands in the clear, and so has little of the text. */
const tool = (name: string, text: string): SeenTool => ({ tool: name, hash: `hash of ${text.slice(0, 3)}`, text });

describe.each(engines)('pins on $name', (on) => {
  it('are made by a person alone, of exactly what was seen, and are withdrawn once when something else is', async () => {
    const desk = await deskOn(on);
    const { toolPins } = desk.store;
    const approve = (hash: string) =>
      desk.propose('test.note', {
        writes: [toolWrite('tool.pin', { server: 'files', tool: 'read', hash, by: 'usr_1', at: 1 })],
      });
    const states = async () => (await toolPins.list(desk.org)).map((pin) => [pin.tool, pin.state]);

    expect(await toolPins.sight(desk.org, 'files', [tool('read', 'one'), tool('write', 'w')])).toEqual([]);
    expect(await states()).toEqual([
      ['read', 'new'],
      ['write', 'new'],
    ]);
    await expect(approve('hash of oth')).rejects.toMatchObject({ code: 'conflict' });
    await approve('hash of one');
    expect([...(await toolPins.approved(desk.org, 'files'))]).toEqual([['read', 'hash of one']]);
    expect([...(await toolPins.approved(desk.org, 'other'))]).toEqual([]);

    const changed = [tool('read', 'two')];
    const told = await Promise.all(Array.from({ length: 8 }, () => toolPins.sight(desk.org, 'files', changed)));
    expect(told.flat()).toEqual(['read']);
    expect(await states()).toEqual([['read', 'changed']]); // nobody approved the other, and it is gone
    expect(await toolPins.sight(desk.org, 'files', [tool('read', 'one')])).toEqual([]);
    expect((await toolPins.approved(desk.org, 'files')).size).toBe(0);
    expect(await toolPins.sight(desk.org, 'files', [])).toEqual([]);
    const [pin] = await toolPins.list(desk.org);
    expect(pin).toMatchObject({ state: 'changed', approved: tool('read', 'one'), approvedBy: 'usr_1', approvedAt: 1 });
    await approve('hash of one');
    expect(await states()).toEqual([['read', 'pinned']]);
  });

  it('hold no text of a server in the clear', async () => {
    const desk = await deskOn(on);
    await desk.store.toolPins.sight(desk.org, 'files', [tool('read', 'call Ann on +1 415 555 0101')]);
    for (const [table, rows] of await dump(desk.engine)) expect(rows, table).not.toContain('call Ann');
  });
});
