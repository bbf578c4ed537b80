/** Verifying the whole log in this browser, and keeping a copy that verifies anywhere. */
import { useState } from 'preact/hooks';
import type { Person } from '../../api/shapes.ts';
import { keepCheckpoint, keptCheckpoint } from '../../log/kept.ts';
import { exportedLog, exportFile } from '../../log/read-log.ts';
import { type Verdict, verifyLog } from '../../log/verify.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { momentText } from '../../ui/moment.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { useTask } from '../../use-load.ts';

const NUMBER = new Intl.NumberFormat();

interface Progress {
  readonly read: number;
  readonly of: number;
}

export function VerifyCard({ person }: { readonly person: Person }) {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [progress, setProgress] = useState<Progress | null>(null);
  const verifying = useTask();
  const saving = useTask();
  const read = () =>
    exportedLog(person.platform ? person.organizationId : null, (count, of) => setProgress({ read: count, of }));
  const verify = async () => {
    setVerdict(null);
    const log = await read();
    const found = await verifyLog(log, keptCheckpoint());
    setVerdict(found);
    setProgress(null);
    if (found.is === 'broken') return;
    const { origin, vkey } = log.head;
    keepCheckpoint({ origin, vkey, size: found.size, root: found.root, seenAt: new Date().toISOString() });
  };
  const save = async () => {
    const log = await read();
    saveFile(`sallyport-log-${log.head.size}.jsonl`, await exportFile(log), 'application/jsonl');
    setProgress(null);
    tell('The log is downloaded.');
  };
  return (
    <Card
      title="Is the log whole?"
      lead="Your browser reads all of it and checks every entry, the order and the signature itself, so you need not trust this server."
      actions={
        <>
          <Button kind="primary" icon="shield" busy={verifying.busy} onPress={() => void verifying.run(verify)}>
            Verify the log
          </Button>
          <Button busy={saving.busy} onPress={() => void saving.run(save)}>
            Download it
          </Button>
        </>
      }
    >
      {progress !== null && (verifying.busy || saving.busy) && (
        <progress value={progress.read} max={progress.of} aria-label="Entries read" />
      )}
      <ProblemNotice problem={verifying.problem ?? saving.problem} />
      {verdict !== null && <VerdictNotice verdict={verdict} />}
    </Card>
  );
}

function VerdictNotice({ verdict }: { readonly verdict: Verdict }) {
  if (verdict.is === 'broken')
    return (
      <Notice kind="bad" title="The log is not whole">
        <p>{verdict.says} Download it now, keep it apart, and tell an Owner.</p>
      </Notice>
    );
  const { size, own, since } = verdict;
  return (
    <Notice kind="good" title="The log is whole">
      <p>
        {NUMBER.format(size)} entries, of which {NUMBER.format(own)} are yours to read, stand in the order that the
        log's key signed.{' '}
        {since === null
          ? 'This browser now remembers where the log stands, and will notice if its past is changed.'
          : `It leads on from what this browser saw on ${momentText(since.seenAt)} (${NUMBER.format(since.size)} entries).`}
      </p>
    </Notice>
  );
}
