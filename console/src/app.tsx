/** Which page: a link's, the sign-in, or a room; by the address and by who is signed in. */
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { asProblem } from './api/problem.ts';
import { session } from './api/session.ts';
import type { Person } from './api/shapes.ts';
import { Frame } from './frame/frame.tsx';
import { Room } from './frame/room.tsx';
import { ToldLine } from './frame/told-line.tsx';
import { mayReadLog, maySeeKeys, maySeePeople } from './roles.ts';
import { AccountRoom } from './rooms/account/account-room.tsx';
import { HomeRoom } from './rooms/home-room.tsx';
import { KeysRoom } from './rooms/keys/keys-room.tsx';
import { LazySwarmRooms, SWARM_ROOMS } from './rooms/lazy-swarm-rooms.tsx';
import { LinkRoom } from './rooms/link/link-room.tsx';
import { LogRoom } from './rooms/log/log-room.tsx';
import { NoRoom } from './rooms/no-room.tsx';
import { PeopleRoom } from './rooms/people/people-room.tsx';
import { problemOfReturn } from './rooms/sign-in/return-problems.ts';
import { SignInRoom } from './rooms/sign-in/sign-in-room.tsx';
import { StepUpDialog } from './rooms/step-up-dialog.tsx';
import { placeNow, rememberPlace, replace, route, takePlace } from './route.ts';
import { tell } from './told.ts';
import { ProblemNotice } from './ui/notice.tsx';

/** Rooms that are a way in, and no place to come back to. */
const WAYS_IN: readonly string[] = ['', 'sign-in', 'signed-in', 'link'];

export function App() {
  return (
    <>
      <Page />
      <StepUpDialog />
      <ToldLine />
    </>
  );
}

function Page() {
  const { room, token, query } = route.value;
  const state = session.value;
  const signedIn = state.is === 'signed-in';
  useEffect(() => {
    if (room === 'link') return;
    if (state.is === 'nobody' && !state.left && !WAYS_IN.includes(room)) rememberPlace(placeNow());
    if (state.is === 'nobody' && room !== 'sign-in') replace('sign-in');
    if (signedIn && WAYS_IN.includes(room)) {
      const problem = problemOfReturn(query.get('problem'));
      if (problem !== null) tell(problem); // of connecting or confirming: the session is as it was
      replace(takePlace());
    }
  }, [room, query, state, signedIn]);

  if (room === 'link') return state.is === 'starting' ? null : <LinkRoom key={token} token={token} />;
  if (state.is === 'starting') return null; // tens of milliseconds; a flash of another page would be worse
  if (state.is === 'nobody') return <SignInRoom why={state.why} />;
  return (
    <Frame person={state.person}>
      <RoomOf room={room} person={state.person} />
    </Frame>
  );
}

function RoomOf({ room, person }: { readonly room: string; readonly person: Person }) {
  const [fault, reset] = useErrorBoundary();
  useEffect(reset, [room]);
  if (fault !== undefined)
    return (
      <Room title="This page broke">
        <ProblemNotice problem={asProblem(fault)} />
      </Room>
    );
  if (room === 'home') return <HomeRoom person={person} />;
  if (room === 'account') return <AccountRoom person={person} />;
  if (room === 'people' && maySeePeople(person)) return <PeopleRoom me={person} />;
  if (room === 'keys' && maySeeKeys(person)) return <KeysRoom me={person} />;
  if (room === 'log' && mayReadLog(person)) return <LogRoom person={person} />;
  if (SWARM_ROOMS.includes(room)) return <LazySwarmRooms room={room} person={person} />;
  return WAYS_IN.includes(room) ? null : <NoRoom />;
}
