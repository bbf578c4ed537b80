/**
 * Sections as XML 1.0. Against text that closes its own element: everything is escaped, and characters that XML has no way to
 * write become U+FFFD.
 */
import type { PomSection } from '../agent/agent-state.ts';
import { numberedTitle, type SectionNumber, sectionNumbers } from './section-numbers.ts';

/** A whole document, around `prompt`. */
export const renderXml = (sections: readonly PomSection[]): string =>
  ['<?xml version="1.0" encoding="UTF-8"?>', ...element('prompt', linesOf(sections, []))].join('\n');

/** @param indent in steps of two spaces. */
export const sectionXml = (section: PomSection, indent: number, number: SectionNumber): string =>
  sectionLines(section, number)
    .map((line) => '  '.repeat(indent) + line)
    .join('\n');

function linesOf(sections: readonly PomSection[], parent: SectionNumber): readonly string[] {
  const numbers = sectionNumbers(sections, parent);
  return sections.flatMap((section, i) => sectionLines(section, numbers[i]!));
}

function sectionLines(section: PomSection, number: SectionNumber): readonly string[] {
  const { title = '', body = '', bullets = [], subsections = [], numberedBullets = false } = section;
  const items = bullets.map((text, i) => `<bullet${numberedBullets ? ` id="${i + 1}"` : ''}>${escaped(text)}</bullet>`);
  return element('section', [
    ...(title === '' ? [] : [`<title>${escaped(numberedTitle(title, number))}</title>`]),
    ...(body === '' ? [] : [`<body>${escaped(body)}</body>`]),
    ...(items.length === 0 ? [] : element('bullets', items)),
    ...(subsections.length === 0 ? [] : element('subsections', linesOf(subsections, number))),
  ]);
}

const element = (name: string, lines: readonly string[]): readonly string[] => [
  `<${name}>`,
  ...lines.map((line) => `  ${line}`),
  `</${name}>`,
];

/** A carriage return is written as a reference: a reader turns a bare one into a line feed. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 (section 2.2) leaves out
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(UNWRITABLE, '\ufffd')
    .replace(/[&<>"'\r]/g, (character) => ESCAPES[character]!);
