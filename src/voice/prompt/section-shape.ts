/** What a section of a prompt may hold, checked where it comes in: a typing error there would silently be missing in every call. */

import type { PomSection } from '../agent/agent-state.ts';
import { ownCopy } from '../agent/own-copy.ts';

const MEMBERS: ReadonlySet<string> = new Set([
  'title',
  'body',
  'bullets',
  'subsections',
  'numbered',
  'numberedBullets',
] satisfies (keyof PomSection)[]);

/**
 * A frozen copy without what is empty; `numbered: false` stays, as it takes a section out of its neighbours' numbering.
 * @param where names the section in the error, such as `section 2`.
 * @throws TypeError for a member of another type, or one that no section has.
 */
export function sectionOf(given: unknown, where = 'a section'): PomSection {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new TypeError(`${where} must be an object with a title, body or bullets.`);
  const unknown = Object.keys(given).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined)
    throw new TypeError(`${where} has '${unknown}', but may only have ${[...MEMBERS].join(', ')}.`);
  const { title, body, bullets, subsections, numbered, numberedBullets } = given as Readonly<Record<string, unknown>>;
  const words = (text: unknown, name: string): text is string => optional(text, name, 'string', where) && text !== '';
  return ownCopy({
    ...(words(title, 'title') && { title }),
    ...(words(body, 'body') && { body }),
    ...(isFilledList(bullets, 'bullets', where) && { bullets: bullets.map((one) => bulletOf(one, where)) }),
    ...(isFilledList(subsections, 'subsections', where) && {
      subsections: subsections.map((one, i) => sectionOf(one, `${where}, subsection ${i + 1}`)),
    }),
    ...(optional<boolean>(numbered, 'numbered', 'boolean', where) && { numbered }),
    ...(optional<boolean>(numberedBullets, 'numberedBullets', 'boolean', where) &&
      numberedBullets && { numberedBullets }),
  });
}

function optional<T = string>(value: unknown, name: string, type: 'string' | 'boolean', where: string): value is T {
  if (value === undefined || value === null) return false;
  if (typeof value !== type) throw new TypeError(`${where}: '${name}' must be a ${type}.`);
  return true;
}

function isFilledList(value: unknown, name: string, where: string): value is readonly unknown[] {
  if (value === undefined || value === null) return false;
  if (!Array.isArray(value)) throw new TypeError(`${where}: '${name}' must be a list.`);
  return value.length > 0;
}

function bulletOf(bullet: unknown, where: string): string {
  if (typeof bullet === 'string') return bullet;
  throw new TypeError(`${where}: 'bullets' must be a list of strings.`);
}
