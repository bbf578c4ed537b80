/** One entry, byte for byte as it is in the log, and its proof as a file. */
import { entryText, readEntry } from '../../log/entry-text.ts';
import { proofFile } from '../../log/read-log.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { useTask } from '../../use-load.ts';
import type { Line } from './log-room.tsx';

export function EntryDialog({ line, onClose }: { readonly line: Line; onClose(): void }) {
  const task = useTask();
  const entry = readEntry(line.body);
  const download = async () => {
    saveFile(`sallyport-entry-${line.index}.proof.json`, await proofFile(line.index), 'application/json');
    tell('The proof is downloaded.');
  };
  return (
    <Dialog title={`Entry ${line.index}: ${entryText(entry).what}`} onClose={onClose}>
      <pre class="entry-body">{JSON.stringify(entry, null, 2)}</pre>
      <p class="small quiet">
        The proof shows without this server that the entry is in the log: sallyport audit verify-proof &lt;file&gt;.
      </p>
      <ProblemNotice problem={task.problem} />
      <div class="buttons">
        <Button busy={task.busy} onPress={() => void task.run(download)}>
          Download the proof
        </Button>
        <Button kind="primary" onPress={onClose}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}
