/** A link for somebody else, shown this once. */
import type { ShownLink } from '../../api/shapes.ts';
import { Button } from '../../ui/button.tsx';
import { CopyOnce } from '../../ui/copy-once.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { momentText } from '../../ui/moment.tsx';
import { Notice } from '../../ui/notice.tsx';

interface LinkDialogProps {
  readonly title: string;
  readonly made: ShownLink;
  onClose(): void;
}

export function LinkDialog({ title, made, onClose }: LinkDialogProps) {
  return (
    <Dialog title={title} keep onClose={onClose}>
      <p>
        Give this link to them in a way that you trust, such as in person or in a chat that only they read. It works
        once, until {momentText(made.expiresAt)}.
      </p>
      <CopyOnce what="the link" text={made.link} />
      <Notice kind="warn">Whoever has the link comes in as them. It is not shown again.</Notice>
      <div class="buttons">
        <Button kind="primary" onPress={onClose}>
          I have passed it on
        </Button>
      </div>
    </Dialog>
  );
}
