/** Where `tell` is shown. It is always there, as screen readers only follow a region that they knew before it spoke. */
import { told } from '../told.ts';

export function ToldLine() {
  return (
    <div class="told" role="status" aria-live="polite">
      {told.value !== '' && <p>{told.value}</p>}
    </div>
  );
}
