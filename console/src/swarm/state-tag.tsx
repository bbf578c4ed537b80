/** A state in a word; its colour only repeats it. */
import type { AgentState, Frame, ThreadStatus } from '../api/swarm-shapes.ts';
import { AGENT_STATE, because, FRAME_STATUS, THREAD_STATUS } from './words.ts';

export const AgentTag = ({ state, why = null }: { readonly state: AgentState; readonly why?: string | null }) => (
  <Tagged {...AGENT_STATE[state]} why={why} />
);
export const ThreadTag = ({ status, why = null }: { readonly status: ThreadStatus; readonly why?: string | null }) => (
  <Tagged {...THREAD_STATUS[status]} why={status === 'paused' || status === 'error' ? why : null} />
);
export const FrameTag = ({ status }: Pick<Frame, 'status'>) => <Tagged {...FRAME_STATUS[status]} why={null} />;

function Tagged({ text, tone, why }: { readonly text: string; readonly tone: string; readonly why: string | null }) {
  return (
    <>
      <span class={`tag ${tone}`.trim()}>{text}</span>
      {why !== null && <span class="small quiet why"> {because(why)}</span>}
    </>
  );
}
