/** What one configuration changes of another, by section. */
import type { ConfigChange } from '../../api/swarm-shapes.ts';
import { pretty } from '../../swarm/canonical.ts';
import { Revealed } from '../../swarm/revealed.tsx';
import { counted } from '../../swarm/words.ts';

const IS = { added: 'Added', removed: 'Removed', changed: 'Changed' } as const;

export function Changes({ changes }: { readonly changes: readonly ConfigChange[] }) {
  const sections = [...new Set(changes.map(({ section }) => section))];
  return (
    <div class="changes">
      {sections.map((section) => {
        const rows = changes.filter((one) => one.section === section);
        return (
          <section key={section} aria-label={section}>
            <h4>
              {section} <span class="quiet">({rows.length})</span>
            </h4>
            <ul>
              {rows.map(({ path, is, before, after }) => (
                <li key={path}>
                  <div>
                    <span class={`tag ${is === 'added' ? 'good' : is === 'removed' ? 'bad' : 'warn'}`}>{IS[is]}</span>{' '}
                    <code>{path}</code>
                  </div>
                  {is !== 'added' && <Side name="Before" value={before} />}
                  {is !== 'removed' && <Side name="After" value={after} />}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

const Side = ({ name, value }: { readonly name: string; readonly value: unknown }) => (
  <div class="side-of">
    <span class="small quiet">{name}</span>
    <pre class="data">{isHidden(value) ? hiddenText(value) : <Revealed text={textOf(value)} />}</pre>
  </div>
);

interface Hidden {
  readonly hidden: true;
  readonly sha256: string;
  readonly characters: number;
}
const isHidden = (value: unknown): value is Hidden =>
  typeof value === 'object' && value !== null && 'hidden' in value && value.hidden === true;
const hiddenText = ({ characters, sha256 }: Hidden): string => `${counted(characters, 'character')}, SHA-256 ${sha256}`;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : pretty(value));
