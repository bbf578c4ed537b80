/** How the swarm is set up, all its versions, and changes to it. */
import { useState } from 'preact/hooks';
import type { Person } from '../../api/shapes.ts';
import { Room } from '../../frame/room.tsx';
import { organizationId } from '../../organization.ts';
import { mayConfigureSwarm } from '../../roles.ts';
import { DataBox } from '../../swarm/data-box.tsx';
import { yamlText } from '../../swarm/yaml-text.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { copyText } from '../../ui/copy-once.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { OrganizationPicker } from '../../ui/organization-picker.tsx';
import { useLoad } from '../../use-load.ts';
import { configOf } from './config-of.ts';
import { Editor } from './editor.tsx';
import { ProposedCard } from './proposed-card.tsx';
import { VersionsCard } from './versions-card.tsx';

export function ConfigurationRoom({ person }: { readonly person: Person }) {
  const key = organizationId() ?? '';
  const [turn, setTurn] = useState(0);
  const live = useLoad(() => configOf(null), `${key} ${turn}`);
  const [editing, setEditing] = useState<string | null>(null);
  const may = mayConfigureSwarm(person);
  const ofPlatform = person.platform && key === person.organizationId;
  const value = live.is === 'ready' ? live.value : null;
  const text = value === null ? '' : yamlText(value.config);
  const again = async () => {
    setEditing(null);
    setTurn(turn + 1);
  };
  return (
    <Room
      title="Configuration"
      lead="Which agents there are, what they may use, whom they may call, and how much. Every change is a new version."
      actions={
        may &&
        !ofPlatform &&
        editing === null &&
        live.is === 'ready' && (
          <Button kind="primary" onPress={() => setEditing(value === null ? FIRST : text)}>
            {value === null ? 'Write one' : 'Edit'}
          </Button>
        )
      }
    >
      <OrganizationPicker person={person} />
      {live.is === 'failed' && <ProblemNotice problem={live.problem} />}
      {ofPlatform && (
        <div class="table-box empty">
          <p>Swarms belong to organisations. Choose one above.</p>
        </div>
      )}
      {!ofPlatform && editing !== null && (
        <Editor source={editing} version={value?.version ?? 0} onDone={again} onClose={() => setEditing(null)} />
      )}
      {!ofPlatform && editing === null && live.is === 'ready' && (
        <>
          <ProposedCard key={`proposed ${key} ${turn}`} person={person} onDone={again} />
          {value === null ? (
            <div class="table-box empty">
              <p>There is no configuration yet{may ? '. Write one to begin.' : '; an Owner writes it.'}</p>
            </div>
          ) : (
            <Card
              title={`Version ${value.version}, live`}
              lead={<span class="mono small id">{value.hash}</span>}
              actions={
                <Button
                  icon="copy"
                  onPress={async () => {
                    await copyText(text);
                    tell('Copied the configuration.');
                  }}
                >
                  Copy
                </Button>
              }
            >
              {!may && <Notice kind="info">Prompts are shown to Owners, and to whom they granted it.</Notice>}
              <DataBox label="Configuration" kind="source" text={text} />
            </Card>
          )}
          <VersionsCard key={`versions ${key} ${turn}`} live={value?.version ?? 0} may={may} onDone={again} />
        </>
      )}
    </Room>
  );
}

/** To begin with: whole, and with nothing that costs. */
const FIRST = `swarm:
  name: first
models:
  - alias: main
    provider: openai-compatible
    model: name-of-the-model
    baseUrl: https://models.example.com/v1
    keys:
      - name: first
        apiKeyEnv: MODEL_API_KEY
agents:
  - name: assistant
    description: Answers questions.
    model: main
    prompt: |
      You answer questions shortly and say so when you do not know.
`;
