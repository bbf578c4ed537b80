/** Text that somebody else wrote, as it is, with what can't be seen in it marked. */
import { revealed } from './hidden-characters.ts';

export function Revealed({ text }: { readonly text: string }) {
  const parts = revealed(text);
  if (parts.length === 1 && !parts[0]!.mark) return <>{text}</>;
  return (
    <>
      {parts.map((part, i) =>
        part.mark ? (
          <span key={i} class="mark" title="A character that can't be seen">
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </>
  );
}
