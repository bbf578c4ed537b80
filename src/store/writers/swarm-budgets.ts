/** Budgets of the swarm that an Owner raised. */
import type { BudgetWrites } from '../../swarm/budgets/budget.ts';
import { subjectOf } from '../../swarm/budgets/limits.ts';
import { goOnAfterBudget, raiseBudget } from '../swarm-budgets.ts';
import type { WriterParts, WritersOf } from './writer.ts';

export const swarmBudgetWriters = ({
  telling,
  onReady,
}: Pick<WriterParts, 'telling' | 'onReady'>): WritersOf<BudgetWrites> => ({
  *'budget.raise'(group, org, raised) {
    yield* raiseBudget(group, org, raised);
    yield* goOnAfterBudget({ group, telling }, org, subjectOf(raised.scope, raised.of));
    group.afterCommit(onReady);
  },
});
