/** Fetches the swarm's rooms the first time somebody goes to one. */
import { useEffect, useState } from 'preact/hooks';
import { Problem } from '../api/problem.ts';
import type { Person } from '../api/shapes.ts';
import { ProblemNotice } from '../ui/notice.tsx';

type Rooms = typeof import('./swarm-rooms.tsx').SwarmRooms;

export const SWARM_ROOMS: readonly string[] = ['swarm', 'threads', 'approvals', 'configuration'];

let fetched: Rooms | null = null;

export function LazySwarmRooms(props: { readonly room: string; readonly person: Person }) {
  const [Rooms, setRooms] = useState<Rooms | null>(() => fetched);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (fetched !== null) return;
    import('./swarm-rooms.tsx').then(
      ({ SwarmRooms }) => {
        fetched = SwarmRooms;
        setRooms(() => SwarmRooms);
      },
      () => setProblem(new Problem('offline', 'This part of the pages could not be fetched.')),
    );
  }, []);
  if (problem !== null) return <ProblemNotice problem={problem} />;
  return Rooms === null ? null : <Rooms {...props} />;
}
