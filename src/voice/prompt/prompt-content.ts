/** What a step or a context says: nothing yet, raw text, or sections; text and sections exclude each other. */
import type { PomSection } from '../agent/agent-state.ts';
import { ConfigurationError } from '../configuration-error.ts';
import { textOf } from './given.ts';
import { renderMarkdown } from './section-markdown.ts';
import { sectionOf } from './section-shape.ts';

export type PromptContent =
  | { readonly is: 'nothing' }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'sections'; readonly sections: readonly PomSection[] };

export const NOTHING: PromptContent = Object.freeze({ is: 'nothing' });

/**
 * @param what names it in the error, such as `Step 'greet'`.
 * @throws ConfigurationError where there are sections.
 */
export function withText(content: PromptContent, text: string, what: string): PromptContent {
  if (content.is === 'sections')
    throw new ConfigurationError(`${what} has sections: give it a text or sections, not both.`);
  return { is: 'text', text: textOf(text, `The text of ${what}`) };
}

/** @throws ConfigurationError where there is text, or the section has no title. */
export function withSection(content: PromptContent, section: PomSection, what: string): PromptContent {
  if (content.is === 'text') throw new ConfigurationError(`${what} has a text: give it a text or sections, not both.`);
  const added = sectionOf(section, `A section of ${what}`);
  if (added.title === undefined) throw new ConfigurationError(`A section of ${what} must have a title.`);
  return { is: 'sections', sections: [...(content.is === 'sections' ? content.sections : []), added] };
}

/** As one text, sections as Markdown; null for nothing. */
export function textContent(content: PromptContent): string | null {
  if (content.is === 'nothing') return null;
  return content.is === 'text' ? content.text : renderMarkdown(content.sections).trimEnd();
}
