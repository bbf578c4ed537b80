/** What people change about secrets and tools of outside servers. */
import { writer } from '../../kernel/write.ts';

export interface ToolWrites {
  /** In the place of one of the same name. `id` is new each time: what was sealed belongs to this value alone. */
  'secret.put': {
    readonly name: string;
    readonly id: string;
    readonly value: string;
    readonly by: string;
    readonly at: number;
  };
  /** `conflict` where there is none any more. */
  'secret.remove': { readonly name: string };
  /** What was seen becomes what is approved, if it still has this hash; otherwise `conflict`. */
  'tool.pin': {
    readonly server: string;
    readonly tool: string;
    readonly hash: string;
    readonly by: string;
    readonly at: number;
  };
}
export const toolWrite = writer<ToolWrites>();
