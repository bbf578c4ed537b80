/** The versions that were live: to read, to compare with what is live, to go back to. */
import { useState } from 'preact/hooks';
import { change, get } from '../../api/session.ts';
import type { ConfigChange, ConfigChanged, ConfigVersion } from '../../api/swarm-shapes.ts';
import { about, within } from '../../organization.ts';
import { DataBox } from '../../swarm/data-box.tsx';
import { yamlText } from '../../swarm/yaml-text.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { Table } from '../../ui/table.tsx';
import { useLoad, useTask } from '../../use-load.ts';
import { Changes } from './changes.tsx';
import { configOf } from './config-of.ts';
import { saysOf } from './editor.tsx';

interface VersionsCardProps {
  /** The version that is live; 0: none. */
  readonly live: number;
  readonly may: boolean;
  onDone(): Promise<void>;
}
interface Page {
  readonly versions: readonly ConfigVersion[];
  readonly nextCursor: number | null;
}
type Asked = { readonly is: 'look' | 'back'; readonly version: number };

const SOURCE = { put: 'Put', file: 'From the file', rollback: 'Went back' } as const;
const PAGE = 20;

export function VersionsCard({ live, may, onDone }: VersionsCardProps) {
  const [older, setOlder] = useState<Page | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const task = useTask();
  const page = (cursor: number | null) => get<Page>(about('/swarm/config/versions', { limit: PAGE, cursor }));
  const newest = useLoad(() => page(null));
  const next = older === null ? (newest.is === 'ready' ? newest.value.nextCursor : null) : older.nextCursor;
  const rows = newest.is === 'ready' ? [...newest.value.versions, ...(older?.versions ?? [])] : [];
  return (
    <Card title="Versions">
      <Table<ConfigVersion>
        caption="Versions of the configuration"
        rows={newest.is === 'ready' ? { is: 'ready', value: rows } : newest}
        keyOf={({ version }) => String(version)}
        empty={<p>There is no version yet.</p>}
        columns={[
          {
            title: 'Version',
            heads: true,
            cell: ({ version, live: isLive }) => (
              <>
                {version} {isLive && <span class="tag good">live</span>}
              </>
            ),
          },
          { title: 'When', cell: ({ at }) => <Moment at={at} /> },
          { title: 'Who', cell: ({ by }) => <span class="mono small id">{by}</span> },
          { title: 'How', cell: ({ source }) => SOURCE[source] },
          { title: 'Why', cell: ({ note }) => note ?? <span class="quiet">Not said</span> },
          {
            title: 'Actions',
            actions: true,
            cell: ({ version, live: isLive }) => (
              <div class="row">
                <Button
                  size="slim"
                  label={`Look at version ${version}`}
                  onPress={() => setAsked({ is: 'look', version })}
                >
                  Look
                </Button>
                {may && !isLive && (
                  <Button
                    size="slim"
                    label={`Go back to version ${version}`}
                    onPress={() => setAsked({ is: 'back', version })}
                  >
                    Go back to it
                  </Button>
                )}
              </div>
            ),
          },
        ]}
      />
      <ProblemNotice problem={task.problem} />
      {next !== null && (
        <div>
          <Button
            busy={task.busy}
            onPress={() =>
              void task.run(async () => {
                const more = await page(next);
                setOlder({ versions: [...(older?.versions ?? []), ...more.versions], nextCursor: more.nextCursor });
              })
            }
          >
            Show older versions
          </Button>
        </div>
      )}
      {asked?.is === 'look' && (
        <LookDialog version={asked.version} live={live} compares={may} onClose={() => setAsked(null)} />
      )}
      {asked?.is === 'back' && (
        <BackDialog version={asked.version} live={live} onDone={onDone} onClose={() => setAsked(null)} />
      )}
    </Card>
  );
}

interface LookDialogProps {
  readonly version: number;
  readonly live: number;
  /** Prompts are in it, so that it can be compared whole. */
  readonly compares: boolean;
  onClose(): void;
}

function LookDialog({ version, live, compares, onClose }: LookDialogProps) {
  const found = useLoad(() => configOf(version), String(version));
  return (
    <Dialog title={`Version ${version}`} wide onClose={onClose}>
      {found.is === 'failed' && <ProblemNotice problem={found.problem} />}
      {found.is === 'ready' && found.value !== null && (
        <>
          <p class="mono small id quiet">{found.value.hash}</p>
          {compares && version !== live && <AgainstLive version={version} />}
          <DataBox label="Configuration" kind="source" text={yamlText(found.value.config)} />
        </>
      )}
      <div class="buttons">
        <Button kind="primary" onPress={onClose}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}

/** What going back to it would change. */
function AgainstLive({ version }: { readonly version: number }) {
  const diff = useLoad(async () => {
    const { config } = (await configOf(version))!;
    const source = JSON.stringify(config);
    return (await change<{ changes: readonly ConfigChange[] }>('/swarm/config/diff', within({ source }))).changes;
  }, String(version));
  if (diff.is === 'loading') return null;
  if (diff.is === 'failed')
    return <Notice kind="info">What it would change of what is live can't be told: {diff.problem.message}</Notice>;
  return diff.value.length === 0 ? (
    <Notice kind="info">It says the same as what is live.</Notice>
  ) : (
    <details>
      <summary>What going back to it would change</summary>
      <Changes changes={diff.value} />
    </details>
  );
}

interface BackDialogProps {
  readonly version: number;
  readonly live: number;
  onDone(): Promise<void>;
  onClose(): void;
}

const BackDialog = ({ version, live, onDone, onClose }: BackDialogProps) => (
  <Confirm
    title={`Go back to version ${version}?`}
    verb="Go back"
    act={async () => {
      const body = within({ version, expectedVersion: live });
      tell(saysOf(await change<ConfigChanged>('/swarm/config/rollback', body)));
      await onDone();
    }}
    onClose={onClose}
  >
    <div class="stack">
      <p>A new version becomes live with what version {version} said. All versions stay.</p>
      <AgainstLive version={version} />
    </div>
  </Confirm>
);
