/** Entries, the newest first; each opens to its exact text and to the proof that it is in the log. */
import { useState } from 'preact/hooks';
import { entryText, readEntry } from '../../log/entry-text.ts';
import { Button } from '../../ui/button.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Table } from '../../ui/table.tsx';
import { EntryDialog } from './entry-dialog.tsx';
import type { Line } from './log-room.tsx';

export function EntriesTable({ lines }: { readonly lines: readonly Line[] | null }) {
  const [open, setOpen] = useState<Line | null>(null);
  const read = lines?.map((line) => {
    const entry = readEntry(line.body);
    return { line, entry, text: entryText(entry) };
  });
  return (
    <>
      <Table
        caption="Entries of the log"
        rows={read === undefined ? { is: 'loading' } : { is: 'ready', value: read }}
        keyOf={({ line }) => String(line.index)}
        empty={<p>No entry fits.</p>}
        columns={[
          { title: 'No.', cell: ({ line }) => <span class="mono quiet">{line.index}</span> },
          { title: 'When', cell: ({ entry }) => <Moment at={entry.at === '' ? null : entry.at} never="?" /> },
          { title: 'What', heads: true, cell: ({ text }) => text.what },
          { title: 'Who', cell: ({ text }) => <span class="mono small id">{text.who || '–'}</span> },
          {
            title: 'Outcome',
            cell: ({ text: { outcome } }) => <span class={`tag ${outcome.tone}`}>{outcome.text}</span>,
          },
          {
            title: 'Actions',
            actions: true,
            cell: ({ line }) => (
              <Button size="slim" label={`Open entry ${line.index}`} onPress={() => setOpen(line)}>
                Open
              </Button>
            ),
          },
        ]}
      />
      {open !== null && <EntryDialog line={open} onClose={() => setOpen(null)} />}
    </>
  );
}
