/** Which sections bear a number: all that have a title as soon as one of them asks, but for those that say they do not. */
import type { PomSection } from '../agent/agent-state.ts';

/** Such as `[1, 2]` for the second subsection of the first; empty without a number. */
export type SectionNumber = readonly number[];

/** One of each section. A section without a number still counts, so that taking it out moves none of the others. */
export function sectionNumbers(sections: readonly PomSection[], parent: SectionNumber = []): readonly SectionNumber[] {
  const areNumbered = sections.some(({ numbered }) => numbered === true);
  let count = 0;
  return sections.map(({ title, numbered }) => {
    if (title === undefined || title === '') return [];
    count++;
    return areNumbered && numbered !== false ? [...parent, count] : [];
  });
}

export const numberedTitle = (title: string, number: SectionNumber): string =>
  number.length === 0 ? title : `${number.join('.')}. ${title}`;
