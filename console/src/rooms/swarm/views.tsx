/** Parts of one room, each with an address of its own. */
import { hrefTo } from '../../route.ts';

interface ViewsProps {
  readonly label: string;
  readonly room: string;
  readonly current: string;
  readonly views: readonly (readonly [view: string, name: string])[];
}

export const Views = ({ label, room, current, views }: ViewsProps) => (
  <nav class="views" aria-label={label}>
    <ul>
      {views.map(([view, name]) => (
        <li key={view}>
          <a href={hrefTo(room, { view })} aria-current={current === view ? 'true' : undefined}>
            {name}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);
