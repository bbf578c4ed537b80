/**
 * What must hold among contexts before a script with them goes out: the platform would find a step that leads nowhere only
 * during somebody's call.
 */
import type { ContextDict, StepDict } from './context-document.ts';

/** Functions that the platform itself offers to a model that goes through steps. */
export const STEP_FUNCTIONS: ReadonlySet<string> = new Set(['next_step', 'change_context', 'gather_submit']);

/** The functions of the agent that the contexts belong to. */
export interface AgentFunctions {
  readonly names: Iterable<string>;
  /** False where there may be others, such as those of an MCP server: then steps may name functions that are not among them. */
  readonly areAll: boolean;
}

export type Contexts = Readonly<Record<string, ContextDict>>;

/** All that is wrong, one sentence each; empty if nothing is. */
export function contextFaults(contexts: Contexts, functions: AgentFunctions): readonly string[] {
  const known = new Set(functions.names);
  const collisions = [...known]
    .filter((name) => STEP_FUNCTIONS.has(name))
    .map(
      (name) => `The function '${name}' must have another name: the platform has its own of that name with contexts.`,
    );
  const faults = Object.entries(contexts).flatMap(([name, context]) => [
    ...routeFaults(name, context, contexts),
    ...context.steps.flatMap((step, i) => {
      const where = `Step '${step.name}' of context '${name}'`;
      return [
        ...gatherFaults(where, step, context.steps, i === context.steps.length - 1),
        ...(functions.areAll ? functionFaults(where, step, known) : []),
      ];
    }),
  ]);
  return [...collisions, ...faults];
}

function routeFaults(name: string, context: ContextDict, contexts: Contexts): readonly string[] {
  const steps = new Set(context.steps.map((step) => step.name));
  const { initial_step: initial } = context;
  const parts = [
    { ...context, where: `Context '${name}'` },
    ...context.steps.map((step) => ({ ...step, where: `Step '${step.name}' of context '${name}'` })),
  ];
  return [
    ...(initial === undefined || steps.has(initial)
      ? []
      : [`Context '${name}' begins with the step '${initial}', which it does not have.`]),
    ...parts.flatMap(({ where, valid_steps = [], valid_contexts = [] }) => [
      ...valid_steps
        .filter((one) => one !== 'next' && !steps.has(one))
        .map((one) => `${where} leads to the step '${one}', which is not in that context.`),
      ...valid_contexts
        .filter((one) => !Object.hasOwn(contexts, one))
        .map((one) => `${where} leads to the context '${one}', which there is not.`),
    ]),
  ];
}

function gatherFaults(
  where: string,
  { gather_info: gather }: StepDict,
  steps: readonly StepDict[],
  isLast: boolean,
): readonly string[] {
  if (gather === undefined) return [];
  const keys = gather.questions.map(({ key }) => key);
  const twice = new Set(keys.filter((key, i) => keys.indexOf(key) !== i));
  const { completion_action: action } = gather;
  return [
    ...[...twice].map((key) => `${where} gathers '${key}' twice: give each question a key of its own.`),
    ...(action === undefined || action === 'next_step' || steps.some(({ name }) => name === action)
      ? []
      : [`${where} goes on to '${action}' after its questions: it must be 'next_step' or a step of that context.`]),
    ...(action === 'next_step' && isLast
      ? [`${where} goes on to the next step after its questions, but is the last: add a step, or name another.`]
      : []),
  ];
}

function functionFaults(where: string, step: StepDict, known: ReadonlySet<string>): readonly string[] {
  const named = [
    ...(step.functions === 'none' ? [] : (step.functions ?? [])),
    ...(step.gather_info?.questions.flatMap((one) => one.functions ?? []) ?? []),
  ];
  return [...new Set(named)]
    .filter((name) => !known.has(name))
    .map((name) => `${where} allows the function '${name}', which the agent does not have.`);
}
