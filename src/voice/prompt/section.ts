/** A section of a `PromptObjectModel` that can be added to. */
import type { PomSection } from '../agent/agent-state.ts';
import { sectionMarkdown } from './section-markdown.ts';
import { sectionOf } from './section-shape.ts';
import { sectionXml } from './section-xml.ts';

export interface SectionOptions {
  readonly body?: string;
  /** One alone may be given as a string. */
  readonly bullets?: string | readonly string[];
  /** False takes the section out of its neighbours' numbering. */
  readonly numbered?: boolean | null;
  readonly numberedBullets?: boolean;
}

export class Section {
  title: string | null;
  body: string;
  bullets: string[];
  subsections: Section[] = [];
  numbered: boolean | null;
  numberedBullets: boolean;

  /** @throws TypeError for an option of another type. */
  constructor(title: string | null = null, options: SectionOptions = {}) {
    const { body, bullets, numbered, numberedBullets } = options;
    const one = sectionOf({
      title,
      body,
      bullets: typeof bullets === 'string' ? [bullets] : bullets,
      numbered,
      numberedBullets,
    });
    this.title = one.title ?? null;
    this.body = one.body ?? '';
    this.bullets = [...(one.bullets ?? [])];
    this.numbered = one.numbered ?? null;
    this.numberedBullets = one.numberedBullets ?? false;
  }

  /** In place of the body that it has. */
  addBody(body: string): this {
    this.body = sectionOf({ body }).body ?? '';
    return this;
  }

  /** After the bullets that it has. */
  addBullets(bullets: readonly string[]): this {
    this.bullets.push(...(sectionOf({ bullets }).bullets ?? []));
    return this;
  }

  /** @throws TypeError without a title, which every subsection has. */
  addSubsection(title: string, options: SectionOptions = {}): Section {
    const one = new Section(title, options);
    if (one.title === null) throw new TypeError('A subsection must have a title.');
    this.subsections.push(one);
    return one;
  }

  /** Without what is empty. */
  toDict(): PomSection {
    const { title, body, bullets, numbered, numberedBullets } = this;
    const subsections = this.subsections.map((one) => one.toDict());
    return sectionOf({ title, body, bullets, subsections, numbered, numberedBullets });
  }

  renderMarkdown(level = 2, sectionNumber: readonly number[] = []): string {
    return sectionMarkdown(this.toDict(), level, sectionNumber);
  }

  /** @param indent in steps of two spaces. */
  renderXml(indent = 0, sectionNumber: readonly number[] = []): string {
    return sectionXml(this.toDict(), indent, sectionNumber);
  }
}
