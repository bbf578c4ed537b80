/** An address that is no room, or one that this person is not offered: the same sentence for both. */
import { Room } from '../frame/room.tsx';

export function NoRoom() {
  return (
    <Room title="There is nothing here">
      <p>
        This page does not exist, or your role does not reach it. <a href="#/home">Go to the start</a>.
      </p>
    </Room>
  );
}
