/** The sections of a prompt as an immutable list: every change gives another list, and the one before stays as it was. */
import type { PomSection } from '../agent/agent-state.ts';
import { sectionOf } from './section-shape.ts';

type Sections = readonly PomSection[];

/** What is added to a section: after an empty line where it has a body, after the bullets that it has. */
export interface Addition {
  readonly body?: string | undefined;
  readonly bullet?: string | undefined;
  readonly bullets?: readonly string[] | undefined;
}

/** @throws TypeError for what is no section. */
export const addSection = (sections: Sections, section: PomSection): Sections => [...sections, sectionOf(section)];

/** To the first section of that title; makes it where there is none. Subsections are not looked through. */
export const addToSection = (sections: Sections, title: string, { body, bullet, bullets = [] }: Addition): Sections =>
  change(sections, title, (section) => ({
    ...section,
    body: [section.body, body].filter((text) => text !== undefined && text !== '').join('\n\n'),
    bullets: [...(section.bullets ?? []), ...(bullet === undefined ? [] : [bullet]), ...bullets],
  }));

/** To the first section of that title; makes it where there is none. */
export const addSubsection = (sections: Sections, parentTitle: string, subsection: PomSection): Sections =>
  change(sections, parentTitle, (section) => ({
    ...section,
    subsections: [...(section.subsections ?? []), subsection],
  }));

/** Among the sections themselves, not below them. */
export const hasSection = (sections: Sections, title: string): boolean => sections.some((one) => one.title === title);

function change(sections: Sections, title: string, next: (section: PomSection) => PomSection): Sections {
  const found = sections.findIndex((one) => one.title === title);
  if (found === -1) return [...sections, sectionOf(next({ title }))];
  return sections.with(found, sectionOf(next(sections[found]!)));
}
