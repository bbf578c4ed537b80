/** A sentence that matters, and what a failure is told as: the API's own words, then what to do. */
import type { ComponentChildren } from 'preact';
import { adviceFor, type Problem } from '../api/problem.ts';
import { Icon } from './icon.tsx';

interface NoticeProps {
  readonly kind: 'info' | 'good' | 'warn' | 'bad';
  readonly title?: string;
  readonly children?: ComponentChildren;
}

const ICONS = { info: 'info', good: 'good', warn: 'warn', bad: 'warn' } as const;

export function Notice({ kind, title, children }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <Icon name={ICONS[kind]} />
      <div>
        {title !== undefined && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}

export function ProblemNotice({ problem }: { readonly problem: Problem | null }) {
  if (problem === null || problem.message === '') return null;
  const advice = adviceFor(problem);
  const fields = [...problem.fields]
    .filter(([, message]) => message !== problem.message)
    .map(([path, message]) => `${path}: ${message}`);
  return (
    <Notice kind="bad">
      <p>
        {problem.message}
        {advice !== null && ` ${advice}`}
      </p>
      {fields.length > 0 && (
        <ul>
          {fields.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
