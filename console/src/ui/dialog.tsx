/** A question above the page. The browser keeps the focus in it, closes it by Escape, and gives the focus back. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** Something is shown this once: Escape alone must not throw it away. */
  readonly keep?: boolean;
  /** For data in it. */
  readonly wide?: boolean;
  onClose(): void;
}

export function Dialog({ title, children, keep = false, wide = false, onClose }: DialogProps) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  const gone = useRef(false);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => {
      gone.current = true;
      dialog?.close();
    };
  }, []);
  /** A browser lets nobody hold a dialog open against a second Escape; what is to be kept is shown again. */
  const closed = () => {
    if (gone.current) return;
    if (keep) ref.current?.showModal();
    else onClose();
  };
  return (
    <dialog
      ref={ref}
      class={wide ? 'wide' : undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!keep) onClose();
      }}
      onClose={closed}
    >
      <div class="dialog-body">
        <h2 id={id} tabIndex={-1}>
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}
