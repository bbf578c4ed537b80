/** What a configuration is checked against besides itself. */
export interface CheckContext {
  /** Names of the actions that an agent may have as a tool. */
  readonly actions: ReadonlySet<string>;
  /** What all actions are called as tools, also those that no agent may have: no tool of the outside may pass for one. */
  readonly actionTools: ReadonlySet<string>;
  /** Names of handlers in this process; null: not known here. */
  readonly handlers: ReadonlySet<string> | null;
}
