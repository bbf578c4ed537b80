/** Sections as Markdown. All text goes in as it is: a prompt's author may use Markdown in it. */
import type { PomSection } from '../agent/agent-state.ts';
import { numberedTitle, type SectionNumber, sectionNumbers } from './section-numbers.ts';

/** Markdown knows no deeper headings. */
const DEEPEST = 6;

/** @param level of the headings; those of subsections are one deeper. */
export const renderMarkdown = (sections: readonly PomSection[], level = 2, parent: SectionNumber = []): string =>
  linesOf(sections, level, parent).join('\n');

export const sectionMarkdown = (section: PomSection, level: number, number: SectionNumber): string =>
  sectionLines(section, level, number).join('\n');

function linesOf(sections: readonly PomSection[], level: number, parent: SectionNumber): readonly string[] {
  const numbers = sectionNumbers(sections, parent);
  return sections.flatMap((section, i) => sectionLines(section, level, numbers[i]!));
}

function sectionLines(section: PomSection, level: number, number: SectionNumber): readonly string[] {
  const { title = '', body = '', bullets = [], subsections = [], numberedBullets = false } = section;
  const heading = `${'#'.repeat(Math.min(level, DEEPEST))} ${numberedTitle(title, number)}`;
  const items = bullets.map((bullet, i) => `${numberedBullets ? `${i + 1}.` : '-'} ${bullet}`);
  return [
    ...(title === '' ? [] : [heading, '']),
    ...(body === '' ? [] : [body, '']),
    ...(items.length === 0 ? [] : [...items, '']),
    ...linesOf(subsections, title === '' ? level : level + 1, number),
  ];
}
