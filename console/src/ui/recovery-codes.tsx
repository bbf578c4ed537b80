/** Recovery codes, shown this once: to copy, to keep as a file, to print; and a word that they are kept. */
import { useState } from 'preact/hooks';
import { tell } from '../told.ts';
import { Button } from './button.tsx';
import { copyText } from './copy-once.tsx';
import { Notice } from './notice.tsx';
import { saveFile } from './save-file.ts';

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  onKept(): void;
}

export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps) {
  const [sure, setSure] = useState(false);
  const text = `Recovery codes for Sallyport at ${location.host}. Each works once.\n\n${codes.join('\n')}\n`;
  return (
    <div class="stack">
      <p class="prose">
        If you lose your phone, one of these codes gets you in instead. Each works once. They are shown only now.
      </p>
      <ol class="codes wide" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div class="row no-print">
        <Button
          icon="copy"
          onPress={async () => {
            await copyText(text);
            tell('Copied the recovery codes.');
          }}
        >
          Copy
        </Button>
        <Button onPress={() => saveFile('sallyport-recovery-codes.txt', text)}>Download</Button>
        <Button onPress={() => print()}>Print</Button>
      </div>
      <Notice kind="warn">
        Keep them apart from your password and your phone: on paper, or in another safe place.
      </Notice>
      <label class="choice wide no-print">
        <input type="checkbox" checked={sure} onChange={({ currentTarget }) => setSure(currentTarget.checked)} />
        <span>I have kept them</span>
      </label>
      {sure && (
        <Button kind="primary" onPress={onKept}>
          Continue
        </Button>
      )}
    </div>
  );
}
