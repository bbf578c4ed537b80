/** Swarms' configurations. A version is made from the one that was live: another that came between has it judged again. */
import { canonicalConfig } from '../../swarm/config/rules/hash.ts';
import type { SwarmConfigWrites } from '../../swarm/config/writes.ts';
import { flowPolicyOf } from '../../swarm/rules/flow-policy.ts';
import { ChangedMeanwhile } from '../committer.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';
import { goOnAfterBudgets } from '../swarm-budgets.ts';
import { proposalCell, versionCell } from '../swarm-configs.ts';
import { bump, type WriterParts, type WritersOf } from './writer.ts';

type SwarmRow = Schema['swarm'];
type VersionRow = Schema['swarm_config'];
type BoundRow = Schema['swarm_agent'];
type ProposalRow = Schema['swarm_proposal'];

const begin = statement<SwarmRow>((db, p) =>
  db
    .insertInto('swarm')
    .values({ org: p('org'), active: p('active'), name: p('name') })
    .onConflict((conflict) => conflict.column('org').doNothing()),
);
const goOn = statement<SwarmRow & { before: number }>((db, p) =>
  db
    .updateTable('swarm')
    .set({ active: p('active'), name: p('name') })
    .where('org', '=', p('org'))
    .where('active', '=', p('before')),
);
const insertVersion = statement<VersionRow>((db, p) =>
  db.insertInto('swarm_config').values({
    org: p('org'),
    version: p('version'),
    hash: p('hash'),
    content: p('content'),
    by: p('by'),
    at: p('at'),
    note: p('note'),
    source: p('source'),
  }),
);
const drainAll = statement<Pick<BoundRow, 'org'>>((db, p) =>
  db.updateTable('swarm_agent').set({ status: 'draining' }).where('org', '=', p('org')),
);
const bind = statement<Omit<BoundRow, 'status'>>((db, p) =>
  db
    .insertInto('swarm_agent')
    .values({ org: p('org'), name: p('name'), agent: p('agent'), status: 'active' })
    .onConflict((conflict) =>
      conflict.columns(['org', 'name']).doUpdateSet({ status: 'active', agent: (eb) => eb.ref('excluded.agent') }),
    ),
);
const dropProposal = statement<Pick<ProposalRow, 'org'>>((db, p) =>
  db.deleteFrom('swarm_proposal').where('org', '=', p('org')),
);
const insertProposal = statement<ProposalRow>((db, p) =>
  db.insertInto('swarm_proposal').values({
    org: p('org'),
    id: p('id'),
    base: p('base'),
    hash: p('hash'),
    content: p('content'),
    by: p('by'),
    at: p('at'),
    note: p('note'),
    source: p('source'),
  }),
);

const setFlowPolicy = statement<Pick<Schema['agent'], 'org' | 'id' | 'flow_policy'>>((db, p) =>
  db
    .updateTable('agent')
    .set({ flow_policy: p('flow_policy') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);

export function swarmConfigWriters({
  sealing,
  telling,
}: Pick<WriterParts, 'sealing' | 'telling'>): WritersOf<SwarmConfigWrites> {
  return {
    *'swarm.configure'(group, _, { org, before, config, hash, by, note, source, at, agents }) {
      const version = before + 1;
      const row = { org, active: version, name: config.swarm.name };
      const moved = before === 0 ? yield* begin.run(row) : yield* goOn.run({ ...row, before });
      if (moved !== 1) throw new ChangedMeanwhile();
      const { dataKey } = yield* sealing.orgKeys(org);
      const content = sealing.sealText(dataKey, canonicalConfig(config), versionCell(org, version, 'content'));
      const sealedNote = note === null ? null : sealing.sealText(dataKey, note, versionCell(org, version, 'note'));
      yield* insertVersion.run({ org, version, hash, content, by, at, note: sealedNote, source });
      yield* drainAll.run({ org });
      for (const { name, agent } of agents) {
        yield* bind.run({ org, name, agent });
        const written = config.agents.find((one) => one.name === name);
        if (written === undefined) continue;
        const flow_policy = JSON.stringify(flowPolicyOf(config, written));
        yield* setFlowPolicy.run({ org, id: agent, flow_policy });
        yield* bump(group, org, `policy:${agent}`);
        group.facts.forget(org, 'agent', agent);
      }
      yield* dropProposal.run({ org });
      yield* goOnAfterBudgets({ group, telling }, org);
      group.facts.forget(org, 'swarm-state', 'self');
      group.facts.forget(org, 'swarm-version', version);
      group.facts.forget(org, 'swarm-proposed', 'self');
    },
    *'swarm.propose'(group, org, { id, base, hash, config, by, at, note, source }) {
      const { dataKey } = yield* sealing.orgKeys(org);
      const content = sealing.sealText(dataKey, canonicalConfig(config), proposalCell(org, id, 'content'));
      const sealedNote = note === null ? null : sealing.sealText(dataKey, note, proposalCell(org, id, 'note'));
      yield* dropProposal.run({ org });
      yield* insertProposal.run({ org, id, base, hash, content, by, at, note: sealedNote, source });
      group.facts.forget(org, 'swarm-proposed', 'self');
    },
  };
}
