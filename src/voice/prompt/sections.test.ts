import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySections } from '../../../test/voice/prompt-arbitraries.ts';
import type { PomSection } from '../agent/agent-state.ts';
import { pomDocument } from './pom-document.ts';
import { renderMarkdown } from './section-markdown.ts';
import { sectionOf } from './section-shape.ts';
import { addSection, addSubsection, addToSection, hasSection } from './sections.ts';

const ROLE: PomSection = { title: 'Role', body: 'You sell pizza.' };

/** Every text of sections, in the order in which they are read. */
const textsIn = (sections: readonly PomSection[]): readonly string[] =>
  sections.flatMap(({ title = '', body = '', bullets = [], subsections = [] }) => [
    title,
    body,
    ...bullets,
    ...textsIn(subsections),
  ]);

describe('a list of sections', () => {
  it('gets sections, texts, bullets and subsections', () => {
    let sections = addSection([], ROLE);
    sections = addToSection(sections, 'Role', { body: 'And pasta.', bullet: 'Be kind.', bullets: ['Be brief.'] });
    sections = addSubsection(sections, 'Role', { title: 'Voice', body: 'Calm.' });
    expect(sections).toEqual([
      {
        title: 'Role',
        body: 'You sell pizza.\n\nAnd pasta.',
        bullets: ['Be kind.', 'Be brief.'],
        subsections: [{ title: 'Voice', body: 'Calm.' }],
      },
    ]);
    expect(hasSection(sections, 'Role')).toBe(true);
    expect(hasSection(sections, 'Voice')).toBe(false);
  });

  it('makes a section that is added to before it is there', () => {
    expect(addToSection([ROLE], 'Rules', { bullet: 'Be brief.' })).toEqual([
      ROLE,
      { title: 'Rules', bullets: ['Be brief.'] },
    ]);
    expect(addSubsection([], 'Rules', { title: 'Voice' })).toEqual([
      { title: 'Rules', subsections: [{ title: 'Voice' }] },
    ]);
  });

  it('never changes what it was made of, nor is changed with it', () => {
    fc.assert(
      fc.property(anySections, fc.string(), (given, title) => {
        const before = structuredClone(given);
        addSection(given, ROLE);
        addToSection(given, title, { body: 'x', bullets: ['y'] });
        addSubsection(given, title, ROLE);
        expect(given).toEqual(before);
      }),
    );
    const bullets = ['a'];
    const sections = addSection([], { title: 'Rules', bullets });
    bullets.push('b');
    expect(sections[0]?.bullets).toEqual(['a']);
    expect(Object.isFrozen(sections[0]?.bullets)).toBe(true);
  });

  it.each([
    [{ title: 5 }, /'title' must be a string/],
    [{ body: ['x'] }, /'body' must be a string/],
    [{ bullets: 'x' }, /'bullets' must be a list/],
    [{ bullets: [1] }, /'bullets' must be a list of strings/],
    [{ numbered: 'yes' }, /'numbered' must be a boolean/],
    [{ titel: 'Role' }, /'titel'/],
    [{ subsections: [{}, 'x'] }, /a section, subsection 2 must be an object/],
    [null, /must be an object/],
  ])('refuses %j', (given, says) => {
    expect(() => addSection([], given as PomSection)).toThrow(TypeError);
    expect(() => addSection([], given as PomSection)).toThrow(says);
  });
});

describe('Markdown', () => {
  it('is written from the second level on, with bullets and numbers', () => {
    const sections: PomSection[] = [
      { body: 'Hello.', subsections: [{ title: 'Before', body: 'x' }] },
      { title: 'Role', body: 'You sell pizza.', numbered: true, subsections: [{ title: 'Voice', bullets: ['Calm.'] }] },
      { title: 'Aside', numbered: false, body: 'Unnumbered.' },
      {
        title: 'Steps',
        bullets: ['Greet.', 'Ask.'],
        numberedBullets: true,
        subsections: [{ title: 'Deep', numbered: true }],
      },
    ];
    expect(renderMarkdown(sections)).toBe(`Hello.

## Before

x

## 1. Role

You sell pizza.

### Voice

- Calm.

## Aside

Unnumbered.

## 3. Steps

1. Greet.
2. Ask.

### 3.1. Deep
`);
  });

  it('knows no heading below the sixth level', () => {
    const deep = (levels: number): PomSection => ({ title: 't', subsections: levels === 0 ? [] : [deep(levels - 1)] });
    expect(renderMarkdown([deep(9)])).not.toContain('#######');
  });

  it('loses no text, and keeps the order', () => {
    fc.assert(
      fc.property(anySections, (sections) => {
        const markdown = renderMarkdown(sections);
        let from = 0;
        for (const text of textsIn(sections)) {
          const at = markdown.indexOf(text, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + text.length;
        }
      }),
    );
  });
});

describe('the form for a script', () => {
  it('loses no text either, and leaves out what says nothing', () => {
    expect(pomDocument([{}, { title: '', subsections: [{ bullets: [] }] }])).toEqual([]);
    expect(pomDocument([{ title: 'Role', subsections: [{ body: 'x' }, {}] }])).toEqual([
      { title: 'Role', body: '', subsections: [{ body: 'x' }] },
    ]);
    const said = (sections: readonly PomSection[]) => textsIn(sections).filter((text) => text !== '');
    fc.assert(
      fc.property(anySections, (sections) => {
        expect(said(pomDocument(sections))).toEqual(said(sections));
        expect(sectionOf({ subsections: pomDocument(sections) }).subsections ?? []).toHaveLength(
          pomDocument(sections).length,
        );
      }),
    );
  });
});
