/** The swarm's rooms. They are a part of the pages of their own, fetched by whoever goes there. */
import '../style/swarm.css';
import type { Person } from '../api/shapes.ts';
import { mayControlSwarm, mayOperateSwarm, maySeeSwarm } from '../roles.ts';
import { ApprovalsRoom } from './approvals/approvals-room.tsx';
import { ConfigurationRoom } from './configuration/configuration-room.tsx';
import { NoRoom } from './no-room.tsx';
import { SwarmRoom } from './swarm/swarm-room.tsx';
import { ThreadsRoom } from './threads/threads-room.tsx';

export function SwarmRooms({ room, person }: { readonly room: string; readonly person: Person }) {
  if (room === 'swarm' && maySeeSwarm(person)) return <SwarmRoom person={person} />;
  if (room === 'threads' && maySeeSwarm(person)) return <ThreadsRoom person={person} />;
  if (room === 'approvals' && mayControlSwarm(person)) return <ApprovalsRoom person={person} />;
  if (room === 'configuration' && mayOperateSwarm(person)) return <ConfigurationRoom person={person} />;
  return <NoRoom />;
}
