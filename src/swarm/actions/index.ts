/** The swarm's operations. */
import type { AnyAction } from '../../guard/action.ts';
import type { OutputBook } from '../../guard/output/book.ts';
import type { Claimed } from '../../guard/permit.ts';
import type { OrgId } from '../../kernel/ids.ts';
import type { ModelStatus } from '../models/model-status.ts';
import type { ModelReply } from '../models/port.ts';
import type { OutsideTools } from '../tools/port.ts';
import type { ReadParts } from '../views/view.ts';
import { answer } from './answer.ts';
import { callPeer } from './call-peer.ts';
import { inject } from './inject.ts';
import { listAgents } from './list-agents.ts';
import { type ListBudgetsParts, listBudgets } from './list-budgets.ts';
import { listMessages, listThreadMessages } from './list-messages.ts';
import { listModels } from './list-models.ts';
import { listThreads } from './list-threads.ts';
import { raiseBudget } from './raise-budget.ts';
import { receive } from './receive.ts';
import { reportError } from './report-error.ts';
import { resolveStep } from './resolve-step.ts';
import { showAgent } from './show-agent.ts';
import { showSwarm } from './show-swarm.ts';
import { showThread } from './show-thread.ts';
import { showTopology } from './show-topology.ts';
import { showUsage } from './show-usage.ts';
import { type ThinkInput, thinkAction } from './think.ts';
import { useToolAction } from './use-tool.ts';

export interface SwarmActionParts extends ListBudgetsParts {
  readonly reads: ReadParts;
  /** Asks the model for the next step of a frame at work. */
  readonly think: (claimed: Claimed<ThinkInput>, signal: AbortSignal) => Promise<ModelReply>;
  readonly tools: OutsideTools;
  /** What must not leave. */
  readonly outputBook: OutputBook;
  /** How the live configuration's models stand on this server; none where there is no configuration. */
  readonly models: (org: OrgId) => Promise<readonly ModelStatus[]>;
}

export const swarmActions = ({
  think,
  tools,
  outputBook,
  models,
  reads,
  ...reading
}: SwarmActionParts): readonly AnyAction[] => [
  inject(),
  callPeer(outputBook),
  answer(outputBook),
  thinkAction(think),
  useToolAction(tools, outputBook),
  reportError(),
  raiseBudget(),
  listBudgets(reads, reading),
  listModels(models),
  resolveStep(),
  receive(),
  showSwarm(reads),
  listAgents(reads),
  showAgent(reads),
  listThreads(reads),
  showThread(reads),
  listMessages(reads),
  listThreadMessages(reads),
  showTopology(reads),
  showUsage(reads),
];
