import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type AnyAction, readAction, stateAction } from './action.ts';
import { createCatalogue } from './catalogue.ts';
import { field } from './input/fields.ts';

type Http = NonNullable<AnyAction['http']>;
const common = {
  version: 1,
  says: 'Does.',
  access: 'agent:act',
  subject: 'agent',
  risk: 'low',
  guards: [],
  doors: ['rest'],
  input: z.object({ noteId: field.id('not').optional(), text: field.name().optional() }),
  output: z.object({}),
} as const;
const reads = (name: AnyAction['name'], http?: Http): AnyAction =>
  readAction({ ...common, name, ...(http && { http }), read: async () => ({}) });
const changes = (name: AnyAction['name'], http?: Http): AnyAction =>
  stateAction({ ...common, name, ...(http && { http }), needs: {}, change: () => ({ writes: [], output: {} }) });
const catalogue = (...actions: readonly AnyAction[]) =>
  createCatalogue({ actions, everywhere: () => [], inputPolicy: 'standard' });

describe('the place of an action', () => {
  it('is its method and path below the API, with the names in the path', () => {
    const { entries } = catalogue(reads('note.get', { method: 'GET', path: '/notes/{noteId}' }), changes('note.make'));
    expect(entries.map(({ http }) => http)).toEqual([
      { method: 'GET', path: '/api/v1/notes/{noteId}', params: ['noteId'] },
      null,
    ]);
  });

  it.for<readonly [string, AnyAction]>([
    ['changes by GET', changes('note.make', { method: 'GET', path: '/notes' })],
    [
      'acknowledges by GET',
      { ...reads('note.get', { method: 'GET', path: '/notes' }), first: () => null } as AnyAction,
    ],
    ['names no field of its input', reads('note.get', { method: 'GET', path: '/notes/{id}' })],
    ['names a field twice', reads('note.get', { method: 'GET', path: '/notes/{noteId}/{noteId}' })],
    ['is where people sign in', reads('note.get', { method: 'GET', path: '/auth/notes' })],
    ['has a trailing slash', reads('note.get', { method: 'GET', path: '/notes/' })],
    ['has a wildcard', reads('note.get', { method: 'GET', path: '/notes/*' })],
    ['has half a segment', reads('note.get', { method: 'GET', path: '/notes/n-{noteId}' })],
    ['is of an action without the door', { ...reads('note.get', { method: 'GET', path: '/notes' }), doors: ['mcp'] }],
  ])('stops the start when it %s', ([, action]) => {
    expect(() => catalogue(action)).toThrow(TypeError);
  });

  it.for<readonly [string, Http, Http]>([
    ['the same twice', { method: 'GET', path: '/notes' }, { method: 'GET', path: '/notes' }],
    [
      'a word where the other has a field',
      { method: 'GET', path: '/notes/{noteId}' },
      { method: 'GET', path: '/notes/all' },
    ],
    ['two names for one part', { method: 'GET', path: '/notes/{noteId}' }, { method: 'POST', path: '/notes/{text}' }],
    ['fields that cross', { method: 'GET', path: '/a/{noteId}' }, { method: 'GET', path: '/{noteId}/b' }],
    ["another's own path", { method: 'POST', path: '/note/get' }, { method: 'POST', path: '/notes' }],
  ])('stops the start when it hides another: %s', ([, one, other]) => {
    const of = (name: AnyAction['name'], http: Http) => (http.method === 'GET' ? reads : changes)(name, http);
    expect(() => catalogue(of('note.one', one), of('note.other', other), reads('note.get'))).toThrow(
      'hide one another',
    );
  });

  it('may be shared by methods', () => {
    const read = reads('note.list', { method: 'GET', path: '/notes' });
    expect(() => catalogue(read, changes('note.make', { method: 'POST', path: '/notes' }))).not.toThrow();
  });
});
