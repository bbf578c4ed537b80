import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySections } from '../../test/voice/prompt-arbitraries.ts';
import { ConfigurationError } from './configuration-error.ts';
import { PromptObjectModel } from './prompt-object-model.ts';

function pizzeria(): PromptObjectModel {
  const model = new PromptObjectModel();
  model
    .addSection('Role', { body: 'You <sell> "pizza" & more.', numbered: true })
    .addSubsection('Voice', { bullets: ['Calm.', 'Kind.'], numberedBullets: true });
  model.addSection('Rules', { bullets: 'Be brief.' });
  return model;
}

describe('PromptObjectModel', () => {
  it('is built up, searched and added to', () => {
    const model = pizzeria();
    model.findSection('Voice')?.addBody('Soft.').addBullets(['Slow.']);
    expect(model.findSection('Voice')?.toDict()).toEqual({
      title: 'Voice',
      body: 'Soft.',
      bullets: ['Calm.', 'Kind.', 'Slow.'],
      numberedBullets: true,
    });
    expect(model.findSection('Menu')).toBeNull();
    expect(() => model.addSection(null)).toThrow(/first section/);
    expect(() => model.addSection('x', { body: 5 as never })).toThrow(TypeError);
    expect(() => model.findSection('Role')?.addSubsection('')).toThrow(/title/);
  });

  it('takes in copies of the sections of another', () => {
    const [model, menu] = [pizzeria(), new PromptObjectModel()];
    const margherita = menu.addSection('Margherita', { body: '9.50' });
    model.addPomAsSubsection('Rules', menu).addPomAsSubsection(model.sections[0]!, menu);
    margherita.addBody('10.50');
    expect(model.findSection('Margherita')?.body).toBe('9.50');
    expect(() => model.addPomAsSubsection('Menu', menu)).toThrow(/no section with the title 'Menu'/);
    const untitled = new PromptObjectModel();
    untitled.addSection(null, { body: 'x' });
    expect(() => model.addPomAsSubsection('Rules', untitled)).toThrow(/title/);
  });

  it('is written as Markdown', () => {
    expect(pizzeria().renderMarkdown()).toBe(
      '## 1. Role\n\nYou <sell> "pizza" & more.\n\n### Voice\n\n1. Calm.\n2. Kind.\n\n## 2. Rules\n\n- Be brief.\n',
    );
    expect(pizzeria().sections[1]?.renderMarkdown(4, [7])).toBe('#### 7. Rules\n\n- Be brief.\n');
  });

  it('is written as XML', () => {
    expect(pizzeria().renderXml()).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<prompt>
  <section>
    <title>1. Role</title>
    <body>You &lt;sell&gt; &quot;pizza&quot; &amp; more.</body>
    <subsections>
      <section>
        <title>Voice</title>
        <bullets>
          <bullet id="1">Calm.</bullet>
          <bullet id="2">Kind.</bullet>
        </bullets>
      </section>
    </subsections>
  </section>
  <section>
    <title>2. Rules</title>
    <bullets>
      <bullet>Be brief.</bullet>
    </bullets>
  </section>
</prompt>`);
    expect(pizzeria().sections[1]?.renderXml(1)).toContain('\n    <title>Rules</title>\n');
  });

  it('is written as YAML', () => {
    expect(pizzeria().toYaml()).toBe(`- title: "Role"
  body: "You <sell> \\"pizza\\" & more."
  subsections:
    - title: "Voice"
      bullets:
        - "Calm."
        - "Kind."
      numberedBullets: true
  numbered: true
- title: "Rules"
  bullets:
    - "Be brief."
`);
    expect(new PromptObjectModel().toYaml()).toBe('[]\n');
  });

  it('comes back from JSON and YAML as it was, whatever it says', () => {
    fc.assert(
      fc.property(anySections, (sections) => {
        const model = PromptObjectModel.fromJson(sections);
        expect(PromptObjectModel.fromJson(model.toJson()).toDict()).toEqual(model.toDict());
        expect(PromptObjectModel.fromYaml(model.toYaml()).toDict()).toEqual(model.toDict());
        expect(PromptObjectModel.fromYaml(model.toJson()).toDict()).toEqual(model.toDict());
      }),
    );
  });

  it('leaves no text of a prompt a way out of its XML element', () => {
    fc.assert(
      fc.property(anySections, (sections) => {
        const xml = PromptObjectModel.fromJson(sections).renderXml().slice(38);
        const open: string[] = [];
        for (const [, close, name = ''] of xml.matchAll(/<(\/?)([a-z]+)(?: id="\d+")?>/g))
          if (close === '') open.push(name);
          else expect(open.pop()).toBe(name);
        expect(open).toEqual([]);
        expect(xml.replace(/<\/?[a-z]+(?: id="\d+")?>|&(?:amp|lt|gt|quot|apos|#13);/g, '')).not.toMatch(/[<>&]/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what no XML may hold
        expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/);
      }),
    );
  });

  it.each([
    ['', 'nothing'],
    ['title: "Role"', 'no list'],
    ['- title: Role', 'a text without quotes'],
    ["- title: 'Role'", 'single quotes'],
    ['- title: "Role" # comment', 'a comment'],
    ['- title: "Role"\n  title: "Rules"', 'a name twice'],
    ['- title: "Role"\n\n  body: "x"', 'an empty line'],
    ['- title: "Role"\n   body: "x"', 'another indentation'],
    ['- title: "Role"\n  bullets: ["a"]', 'a list in a line'],
    ['- title: "Role"\n  bullets:', 'an empty list'],
    ['- title: &a "Role"', 'an anchor'],
    ['- title: !!str "Role"', 'a tag'],
    ['- body: |\n    text', 'a block'],
    ['- title: null', 'no text'],
    ['- title: 5', 'a number'],
    ['- "Role"', 'a text instead of a section'],
    ['- "title": "Role"', 'a quoted name'],
    ['---\n- title: "Role"', 'the start of a document'],
    ['[{title: "Role"}]', 'a list in braces'],
  ])('refuses YAML that it did not write: %j (%s)', (yaml) => {
    expect(() => PromptObjectModel.fromYaml(yaml)).toThrow(ConfigurationError);
  });

  it('refuses what are no sections, and says which', () => {
    expect(() => PromptObjectModel.fromJson('{"title":"Role"}')).toThrow(/list of sections/);
    expect(() => PromptObjectModel.fromJson('[')).toThrow(/no JSON/);
    expect(() => PromptObjectModel.fromJson([{ title: 'a' }, { title: 'b', bullets: [1] }])).toThrow(/section 2/);
    expect(() => PromptObjectModel.fromYaml('- tilte: "Role"')).toThrow(/'tilte'/);
    expect(PromptObjectModel.fromJson([{ body: 'a' }, { body: 'b' }]).toDict()).toEqual([
      { body: 'a' },
      { title: 'Untitled Section', body: 'b' },
    ]);
  });
});
