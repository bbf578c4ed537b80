/** The configuration as text: checked by the server with the place of each fault, compared with what is live, made live. */
import { useRef, useState } from 'preact/hooks';
import { ask, change } from '../../api/session.ts';
import type { ConfigChange, ConfigChanged, ConfigProblem } from '../../api/swarm-shapes.ts';
import { within } from '../../organization.ts';
import { counted } from '../../swarm/words.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';
import { Changes } from './changes.tsx';

interface EditorProps {
  readonly source: string;
  /** That it was made from; refused when another is live by then. */
  readonly version: number;
  onDone(): Promise<void>;
  onClose(): void;
}

interface Checked {
  readonly ok: boolean;
  readonly problems: readonly ConfigProblem[];
}
interface Diff {
  readonly version: number;
  readonly sections: readonly string[];
  /** That this person may not change. */
  readonly forbidden: readonly string[];
  readonly changes: readonly ConfigChange[];
}
type Looked =
  | { readonly is: 'faults'; readonly problems: readonly ConfigProblem[] }
  | { readonly is: 'diff'; readonly diff: Diff; readonly warnings: readonly ConfigProblem[] };

export function Editor({ source, version, onDone, onClose }: EditorProps) {
  const [text, setText] = useState(source);
  const [note, setNote] = useState('');
  const [looked, setLooked] = useState<Looked | null>(null);
  const field = useRef<HTMLDivElement>(null);
  const task = useTask();

  const check = async () => {
    const { ok, problems } = await change<Checked>('/swarm/config/check', within({ source: text }));
    if (!ok) return setLooked({ is: 'faults', problems });
    const diff = await change<Diff>('/swarm/config/diff', within({ source: text }));
    setLooked({ is: 'diff', diff, warnings: problems });
  };
  const put = async () => {
    const said = note.trim();
    const body = within({ source: text, expectedVersion: version, ...(said === '' ? {} : { note: said }) });
    const done = await ask<ConfigChanged>('PUT', '/swarm/config', body);
    tell(saysOf(done));
    await onDone();
  };
  const goTo = ({ line, column }: ConfigProblem) => {
    const area = field.current?.querySelector('textarea');
    if (area == null || line === null) return;
    const lines = text.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0) + (column ?? 1) - 1;
    area.focus();
    area.setSelectionRange(start, start + Math.max(1, (lines[line - 1]?.length ?? 1) - (column ?? 1) + 1));
    area.scrollTop = Math.max(0, (area.scrollHeight / Math.max(1, lines.length)) * (line - 5));
  };
  const changed = text !== source;
  return (
    <Card
      title={version === 0 ? 'A first configuration' : `Edit version ${version}`}
      lead="YAML or JSON. Comments are not kept."
    >
      <div ref={field}>
        <Field
          label="Configuration"
          name="source"
          lines={24}
          mono
          value={text}
          onText={(next) => {
            setText(next);
            setLooked(null);
          }}
        />
      </div>
      {looked?.is === 'faults' && (
        <Notice kind="bad" title={`${counted(looked.problems.length, 'problem')}: it can't go live like this`}>
          <Faults problems={looked.problems} onGo={goTo} />
        </Notice>
      )}
      {looked?.is === 'diff' && (
        <>
          {looked.warnings.length > 0 && (
            <Notice kind="warn" title="It can go live, but look at this">
              <Faults problems={looked.warnings} onGo={goTo} />
            </Notice>
          )}
          {looked.diff.changes.length === 0 ? (
            <Notice kind="info">It says the same as what is live.</Notice>
          ) : (
            <>
              <h3>What it would change</h3>
              <Changes changes={looked.diff.changes} />
              {looked.diff.forbidden.length > 0 && (
                <Notice kind="bad">You may not change: {looked.diff.forbidden.join(', ')}.</Notice>
              )}
              <Field
                label="Why (optional)"
                hint="For whoever looks at the versions later."
                name="note"
                value={note}
                required={false}
                onText={setNote}
              />
            </>
          )}
        </>
      )}
      <ProblemNotice problem={task.problem} />
      <div class="row end">
        <Button onPress={onClose}>{changed ? 'Discard the changes' : 'Cancel'}</Button>
        {looked?.is === 'diff' && looked.diff.changes.length > 0 && looked.diff.forbidden.length === 0 ? (
          <Button kind="primary" busy={task.busy} onPress={() => void task.run(put)}>
            Make it live
          </Button>
        ) : (
          <Button kind="primary" busy={task.busy} onPress={() => void task.run(check)}>
            Check
          </Button>
        )}
      </div>
    </Card>
  );
}

export function saysOf({ version, changed, proposal }: ConfigChanged): string {
  if (proposal !== null) return 'It changes prompts, and waits for a second person to confirm it.';
  return changed ? `Version ${version} is live.` : 'It is so already; nothing changed.';
}

interface FaultsProps {
  readonly problems: readonly ConfigProblem[];
  onGo(problem: ConfigProblem): void;
}

const Faults = ({ problems, onGo }: FaultsProps) => (
  <ul class="faults">
    {problems.map((problem) => {
      const { line, column, path, say } = problem;
      return (
        <li key={`${line} ${column} ${path} ${say}`}>
          {line !== null && (
            <Button kind="bare" size="slim" onPress={() => onGo(problem)}>
              Line {line}
              {column !== null && `, column ${column}`}
            </Button>
          )}{' '}
          {path !== '' && <code>{path}: </code>}
          {say}
        </li>
      );
    })}
  </ul>
);
