/** A room: its name, a line on what it is for, what one can do here, and the rest. */
import type { ComponentChildren } from 'preact';
import { PageTitle } from './page-title.tsx';

interface RoomProps {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Room({ title, lead, actions, children }: RoomProps) {
  return (
    <div class="room">
      <div class="room-head">
        <div>
          <PageTitle>{title}</PageTitle>
          {lead !== undefined && <p>{lead}</p>}
        </div>
        {actions !== undefined && <div class="row">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
