/** A secret that is shown this once, with a button that copies it. */
import { useState } from 'preact/hooks';
import { tell } from '../told.ts';
import { Button } from './button.tsx';

interface CopyOnceProps {
  /** What it is: "the link". */
  readonly what: string;
  readonly text: string;
}

export function CopyOnce({ what, text }: CopyOnceProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    tell(`Copied ${what}.`);
  };
  return (
    <div class="stack">
      <code class="secret wide" data-secret={what}>
        {text}
      </code>
      <Button icon={copied ? 'good' : 'copy'} onPress={copy}>
        {copied ? 'Copied' : `Copy ${what}`}
      </Button>
    </div>
  );
}

/** Where a browser refuses, the text is there to be selected. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    tell('The browser did not allow copying. Select the text and copy it by hand.');
    throw new Error('not copied');
  }
}
