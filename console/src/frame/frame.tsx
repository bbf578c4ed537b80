/** The page around the rooms: where one is, where one may go, who one is. What one may not do is not offered. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { signOut } from '../api/session.ts';
import type { Person } from '../api/shapes.ts';
import {
  mayControlSwarm,
  mayOperateSwarm,
  mayReadLog,
  maySeeKeys,
  maySeePeople,
  maySeeSwarm,
  roleName,
} from '../roles.ts';
import { route } from '../route.ts';
import { Button } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { ThemeToggle } from './theme.tsx';

interface Place {
  readonly room: string;
  readonly name: string;
  readonly icon: IconName;
  may(person: Person): boolean;
}

const PLACES: readonly Place[] = [
  { room: 'home', name: 'Home', icon: 'home', may: () => true },
  { room: 'swarm', name: 'Swarm', icon: 'swarm', may: maySeeSwarm },
  { room: 'threads', name: 'Threads', icon: 'threads', may: maySeeSwarm },
  { room: 'approvals', name: 'Approvals', icon: 'approve', may: mayControlSwarm },
  { room: 'configuration', name: 'Configuration', icon: 'config', may: mayOperateSwarm },
  { room: 'people', name: 'People', icon: 'people', may: maySeePeople },
  { room: 'keys', name: 'API keys', icon: 'key', may: maySeeKeys },
  { room: 'log', name: 'Log', icon: 'log', may: mayReadLog },
  { room: 'account', name: 'Your account', icon: 'account', may: () => true },
];

export function Frame({ person, children }: { readonly person: Person; readonly children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const folded = open ? '' : ' folded';
  return (
    <div class="frame">
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to a place in the page; the address behind # is taken by the rooms */}
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault(); // the part behind # names the room
          document.getElementById('content')?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class="side">
        <div class="side-top">
          <a class="brand" href="#/home">
            <img src="/admin/gate.svg" alt="" /> Sallyport
          </a>
          <span class="menu-button">
            <Button size="slim" icon="menu" expanded={open} controls="menu" onPress={() => setOpen(!open)}>
              Menu
            </Button>
          </span>
        </div>
        <nav id="menu" class={`nav${folded}`} aria-label="Rooms">
          <ul>
            {PLACES.filter(({ may }) => may(person)).map(({ room, name, icon }) => (
              <li key={room}>
                <a
                  href={`#/${room}`}
                  aria-current={route.value.room === room ? 'page' : undefined}
                  onClick={() => setOpen(false)}
                >
                  <Icon name={icon} />
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class={`me${folded}`}>
          <div>
            <strong>{person.name}</strong>
            <span class="quiet">
              {roleName(person.role)}, {person.organizationName}
            </span>
          </div>
          <div class="row">
            <Button size="slim" icon="leave" onPress={() => void signOut().catch(() => undefined)}>
              Sign out
            </Button>
            <ThemeToggle />
          </div>
        </div>
      </header>
      <main class="main" id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
