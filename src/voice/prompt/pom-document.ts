/** Sections as they stand in a call script (`prompt.pom`), where each must have a body or bullets, and no member may be empty. */
import type { PomSection } from '../agent/agent-state.ts';
import { sectionOf } from './section-shape.ts';

/** Without sections that say nothing; one with a title or subsections alone gets an empty body. Empty if nothing is said at all. */
export const pomDocument = (sections: readonly PomSection[]): readonly PomSection[] =>
  sections.map((one) => sectionOf(one)).flatMap(stated);

function stated(section: PomSection): readonly PomSection[] {
  const { title, body, bullets, subsections = [], ...numbering } = section;
  const below = subsections.flatMap(stated);
  if (title === undefined && body === undefined && bullets === undefined && below.length === 0) return [];
  return [
    {
      ...(title !== undefined && { title }),
      ...(body !== undefined ? { body } : bullets === undefined && { body: '' }),
      ...(bullets !== undefined && { bullets }),
      ...(below.length > 0 && { subsections: below }),
      ...numbering,
    },
  ];
}
