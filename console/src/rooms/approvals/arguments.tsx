/** The arguments of an action, all of them, in the form that is hashed; characters that can't be seen are shown by number. */
import { pretty } from '../../swarm/canonical.ts';
import { DataBox } from '../../swarm/data-box.tsx';
import { revealed } from '../../swarm/hidden-characters.ts';
import { counted } from '../../swarm/words.ts';
import { Notice } from '../../ui/notice.tsx';

export function Arguments({ input, argsHash }: { readonly input: unknown; readonly argsHash: string | null }) {
  if (argsHash === null)
    return (
      <Notice kind="warn">The person whom it is about was erased; nobody can see its arguments, nor approve it.</Notice>
    );
  const text = pretty(input);
  const hidden = revealed(text).filter(({ mark }) => mark).length;
  return (
    <div class="arguments">
      <h3>Arguments</h3>
      {hidden > 0 && (
        <Notice kind="warn">
          {counted(hidden, 'character')} in it can't be seen, or {hidden === 1 ? 'turns' : 'turn'} others round. Each is
          shown by its number, such as <span class="mark">U+202E</span>.
        </Notice>
      )}
      <DataBox label={`Arguments ${argsHash.slice(0, 8)}`} kind="exact" text={text} />
    </div>
  );
}
