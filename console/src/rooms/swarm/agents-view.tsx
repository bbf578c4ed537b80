/** Every agent with its state, to be found among two hundred, and to be paused, resumed and killed. */
import { useState } from 'preact/hooks';
import type { Person } from '../../api/shapes.ts';
import type { Agent, AgentState } from '../../api/swarm-shapes.ts';
import { mayControlSwarm } from '../../roles.ts';
import { hrefTo } from '../../route.ts';
import { AgentTag } from '../../swarm/state-tag.tsx';
import { AGENT_KIND, AGENT_STATE, counted, number } from '../../swarm/words.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Table } from '../../ui/table.tsx';
import type { Loaded } from '../../use-load.ts';
import { AgentDialog } from './agent-dialog.tsx';

/** Drawn at once; more when asked for. */
const PAGE = 50;
/** What most needs to be seen comes first. */
const ORDER: Readonly<Record<AgentState, number>> = { error: 0, paused: 1, processing: 2, waiting: 3, idle: 4 };

interface AgentsViewProps {
  readonly person: Person;
  readonly agents: Loaded<readonly Agent[]>;
  onDone(): Promise<void>;
}

export function AgentsView({ person, agents, onDone }: AgentsViewProps) {
  const [text, setText] = useState('');
  const [state, setState] = useState('');
  const [order, setOrder] = useState('name');
  const [shown, setShown] = useState(PAGE);
  const [managed, setManaged] = useState<string | null>(null);
  const all = agents.is === 'ready' ? agents.value : [];
  const wanted = text.trim().toLowerCase();
  const fitting = all
    .filter((agent) => state === '' || agent.state === state)
    .filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => (order === 'state' ? ORDER[a.state] - ORDER[b.state] : 0) || (a.name < b.name ? -1 : 1));
  const one = all.find(({ name }) => name === managed);
  const may = mayControlSwarm(person);
  return (
    <>
      <form class="filters agents" aria-label="Filter the agents" onSubmit={(event) => event.preventDefault()}>
        <Field
          label="Find"
          name="find"
          value={text}
          required={false}
          autocomplete="off"
          placeholder="Name or what it is for"
          onText={setText}
        />
        <Select
          label="State"
          name="state"
          value={state}
          options={[
            { value: '', text: 'Any' },
            ...Object.entries(AGENT_STATE).map(([value, word]) => ({ value, text: word.text })),
          ]}
          onChoice={setState}
        />
        <Select
          label="Order"
          name="order"
          value={order}
          options={[
            { value: 'name', text: 'By name' },
            { value: 'state', text: 'By state, errors first' },
          ]}
          onChoice={setOrder}
        />
      </form>
      <p class="hidden" role="status">
        {agents.is === 'ready' && (wanted !== '' || state !== '') && `${counted(fitting.length, 'agent')} found.`}
      </p>
      <Table
        caption="Agents"
        rows={agents.is === 'ready' ? { is: 'ready', value: fitting.slice(0, shown) } : agents}
        keyOf={({ name }) => name}
        empty={<p>{all.length === 0 ? 'There is no agent that you may see.' : 'No agent fits.'}</p>}
        columns={[
          {
            title: 'Agent',
            heads: true,
            cell: ({ name, description }) => (
              <>
                <span class="id">{name}</span>
                <div class="small quiet clipped" title={description}>
                  {description}
                </div>
              </>
            ),
          },
          { title: 'State', cell: ({ state: is, paused }) => <AgentTag state={is} why={paused} /> },
          { title: 'Kind', cell: ({ kind }) => AGENT_KIND[kind] },
          { title: 'Waiting', cell: ({ queue }) => number(queue) },
          { title: 'At work', cell: ({ working }) => number(working) },
          {
            title: 'Actions',
            actions: true,
            cell: ({ name }) => (
              <div class="row">
                <a class="button slim" href={hrefTo('threads', { agent: name })} aria-label={`Threads of ${name}`}>
                  Threads
                </a>
                {may && (
                  <Button size="slim" label={`Manage ${name}`} onPress={() => setManaged(name)}>
                    Manage
                  </Button>
                )}
              </div>
            ),
          },
        ]}
      />
      {fitting.length > shown && (
        <div class="row">
          <Button onPress={() => setShown(shown + PAGE)}>
            Show {number(Math.min(PAGE, fitting.length - shown))} more
          </Button>
          <span class="quiet">
            {number(shown)} of {counted(fitting.length, 'agent')}
          </span>
        </div>
      )}
      {one !== undefined && <AgentDialog agent={one} onDone={onDone} onClose={() => setManaged(null)} />}
    </>
  );
}
