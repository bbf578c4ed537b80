/** The page for those who are not in yet: one card in the middle. */
import type { ComponentChildren } from 'preact';
import { PageTitle } from './page-title.tsx';
import { ThemeToggle } from './theme.tsx';

interface DoorPageProps {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function DoorPage({ title, lead, children }: DoorPageProps) {
  return (
    <div class="door">
      <header>
        <span class="brand">
          <img src="/admin/gate.svg" alt="" /> Sallyport
        </span>
        <ThemeToggle />
      </header>
      <main id="content" tabIndex={-1}>
        <div class="card">
          <div class="tight">
            <PageTitle>{title}</PageTitle>
            {lead !== undefined && <p class="quiet">{lead}</p>}
          </div>
          {children}
        </div>
      </main>
      <footer>
        <span>The guarded door between AI agents and the world</span>
        <span>{location.host}</span>
      </footer>
    </div>
  );
}
