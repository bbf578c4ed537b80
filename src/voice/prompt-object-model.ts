/**
 * A prompt as sections, built up step by step, read from JSON or YAML, and written as Markdown, XML, JSON or YAML. An agent's own
 * prompt needs none: its `promptAdd…` methods do the same over its own state.
 */
import type { PomSection } from './agent/agent-state.ts';
import { ConfigurationError } from './configuration-error.ts';
import { Section, type SectionOptions } from './prompt/section.ts';
import { renderMarkdown } from './prompt/section-markdown.ts';
import { sectionOf } from './prompt/section-shape.ts';
import { renderXml } from './prompt/section-xml.ts';
import { readYaml, writeYaml } from './prompt/section-yaml.ts';

export class PromptObjectModel {
  sections: Section[] = [];

  /**
   * @param json text, or what it says: a list of sections as `toDict` gives it.
   * @throws ConfigurationError or TypeError, saying which section is wrong.
   */
  static fromJson(json: string | readonly unknown[]): PromptObjectModel {
    const list = typeof json === 'string' ? parseJson(json) : json;
    if (!Array.isArray(list)) throw new ConfigurationError('A prompt must be a list of sections.');
    const model = new PromptObjectModel();
    model.sections = list.map((one, i) => sectionFrom(sectionOf(one, `section ${i + 1}`), i === 0 ? null : UNTITLED));
    return model;
  }

  /**
   * Reads what `toYaml` wrote, and JSON.
   * @throws ConfigurationError for any other YAML, of which there is much that means something else than it seems to.
   */
  static fromYaml(yaml: string): PromptObjectModel {
    return PromptObjectModel.fromJson(yaml.trimStart().startsWith('[') ? yaml : readYaml(yaml));
  }

  /** @param title only the first section may have none. */
  addSection(title: string | null = null, options: SectionOptions = {}): Section {
    const section = new Section(title, options);
    if (section.title === null && this.sections.length > 0)
      throw new ConfigurationError('Only the first section may have no title.');
    this.sections.push(section);
    return section;
  }

  /** The first of that title at any depth, in the order in which they are read; null if there is none. */
  findSection(title: string): Section | null {
    const search = (sections: readonly Section[]): Section | null => {
      for (const one of sections) {
        const found = one.title === title ? one : search(one.subsections);
        if (found !== null) return found;
      }
      return null;
    };
    return search(this.sections);
  }

  /**
   * Another model's sections, copied, below one of this one's.
   * @throws ConfigurationError if there is no section of that title, or a section to be added has none.
   */
  addPomAsSubsection(target: string | Section, added: PromptObjectModel): this {
    const below = typeof target === 'string' ? this.findSection(target) : target;
    if (below === null) throw new ConfigurationError(`There is no section with the title '${target}'.`);
    if (added.sections.some(({ title }) => title === null))
      throw new ConfigurationError('A section without a title can be no subsection: give it one.');
    below.subsections.push(...added.toDict().map((one) => sectionFrom(one)));
    return this;
  }

  /** Without what is empty. */
  toDict(): readonly PomSection[] {
    return this.sections.map((one) => one.toDict());
  }

  toJson(): string {
    return JSON.stringify(this.toDict(), null, 2);
  }

  /** In blocks, with every text in double quotes. */
  toYaml(): string {
    return writeYaml(this.toDict());
  }

  renderMarkdown(): string {
    return renderMarkdown(this.toDict());
  }

  renderXml(): string {
    return renderXml(this.toDict());
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (fault) {
    throw new ConfigurationError(`The prompt is no JSON: ${(fault as Error).message}.`);
  }
}

/** The title of what has none in a document, where only the first section may do without. */
const UNTITLED = 'Untitled Section';

function sectionFrom(given: PomSection, untitled: string | null = UNTITLED): Section {
  const { title = untitled, subsections = [], numbered = null, ...rest } = given;
  const section = new Section(title, { ...rest, numbered });
  section.subsections = subsections.map((one) => sectionFrom(one));
  return section;
}
