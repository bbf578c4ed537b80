/** Rows of one kind. On a narrow screen each row is a card whose values say what they are. */
import type { ComponentChildren } from 'preact';
import type { Loaded } from '../use-load.ts';
import { ProblemNotice } from './notice.tsx';

export interface Column<T> {
  readonly title: string;
  /** The row's name: read out before its other values. */
  readonly heads?: true;
  readonly actions?: true;
  cell(row: T): ComponentChildren;
}

interface TableProps<T> {
  /** What it lists, for those who don't see the heading above it. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: Loaded<readonly T[]>;
  readonly empty: ComponentChildren;
  keyOf(row: T): string;
}

export function Table<T>({ caption, columns, rows, empty, keyOf }: TableProps<T>) {
  if (rows.is === 'failed') return <ProblemNotice problem={rows.problem} />;
  if (rows.is === 'ready' && rows.value.length === 0) return <div class="table-box empty">{empty}</div>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what may scroll sideways must be reachable by keyboard
    <section class="table-box" aria-label={caption} aria-busy={rows.is === 'loading'} tabIndex={0}>
      <table class="cards">
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, actions }) => (
              <th key={title} scope="col">
                {actions ? <span class="hidden">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.is === 'loading'
            ? WAITING.map((row) => (
                <tr key={row}>
                  {columns.map(({ title }) => (
                    <td key={title}>
                      <span class="bar" />
                    </td>
                  ))}
                </tr>
              ))
            : rows.value.map((row) => (
                <tr key={keyOf(row)}>
                  {columns.map((column) => (
                    <Cell key={column.title} column={column} row={row} />
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </section>
  );
}

const WAITING = ['first', 'second', 'third'];

function Cell<T>({ column, row }: { readonly column: Column<T>; readonly row: T }) {
  if (column.heads) return <th scope="row">{column.cell(row)}</th>;
  if (column.actions) return <td class="actions">{column.cell(row)}</td>;
  return (
    <td data-label={column.title}>
      <div>{column.cell(row)}</div>
    </td>
  );
}
