/** The room's name, as the tab's title too. A new room takes the focus here, so that a screen reader starts at its name. */
import { useEffect, useRef } from 'preact/hooks';

let first = true;

export function PageTitle({ children }: { readonly children: string }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · Sallyport`;
    const taken = document.activeElement !== null && document.activeElement !== document.body;
    const within = document.activeElement?.closest('main') !== null;
    if (!first && !(taken && within)) ref.current?.focus();
    first = false;
  }, [children]);
  return (
    <h1 ref={ref} tabIndex={-1}>
      {children}
    </h1>
  );
}
