/**
 * A long list of which only what is in sight is in the page, whatever height each row has: ten thousand rows are as quick as ten.
 * Rows keep their place when others above them turn out taller than thought, or come in; who stands at the end stays at the end.
 *
 * For those who don't see it each row says which of how many it is, and the list itself is scrolled by the keyboard.
 */
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';

export interface WindowedHandle {
  toEnd(): void;
}

interface WindowedProps<T> {
  readonly label: string;
  readonly items: readonly T[];
  /** Of a row that was not drawn yet, px. */
  readonly likelyHeight: number;
  readonly busy?: boolean;
  readonly handle?: RefObject<WindowedHandle | null>;
  keyOf(item: T): string;
  row(item: T): ComponentChildren;
  /** Somebody comes near the first row. */
  onStart?(): void;
  /** Whether the last row is in sight. */
  onEnd?(isThere: boolean): void;
}

/** Drawn besides what is in sight, px on either side. */
const MARGIN = 600;
/** As near to the end as counts as there, px. */
const NEAR = 40;

export function Windowed<T>({
  label,
  items,
  likelyHeight,
  busy = false,
  handle,
  keyOf,
  row,
  onStart,
  onEnd,
}: WindowedProps<T>) {
  const box = useRef<HTMLElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const heights = useRef(new Map<string, number>());
  const width = useRef(0);
  /** The first row in sight and how far it is scrolled past, or the end. */
  const anchor = useRef<{ readonly key: string; readonly past: number } | 'end'>('end');
  /** As far as it was scrolled when that was looked at last; it may be on its way. */
  const top = useRef(0);
  const [, redraw] = useReducer((n: number) => n + 1, 0);

  const height = (item: T): number => heights.current.get(keyOf(item)) ?? likelyHeight;
  const tops = new Float64Array(items.length + 1);
  for (let i = 0; i < items.length; i++) tops[i + 1] = tops[i]! + height(items[i]!);
  const all = tops[items.length]!;
  const seen = box.current?.clientHeight ?? 600;
  const target = targetTop();
  const first = Math.max(0, indexAt(tops, target - MARGIN));
  const last = Math.min(items.length, indexAt(tops, target + seen + MARGIN) + 1);

  function targetTop(): number {
    if (anchor.current === 'end') return Math.max(0, all - seen);
    const { key, past } = anchor.current;
    const at = items.findIndex((item) => keyOf(item) === key);
    return at < 0 ? (box.current?.scrollTop ?? 0) : tops[at]! + past;
  }

  useLayoutEffect(() => {
    const [outer, inner] = [box.current!, list.current!];
    if (outer.clientWidth !== width.current) {
      width.current = outer.clientWidth;
      heights.current.clear();
    }
    let isOff = false; // what this was drawn by is not so
    for (let i = 0; i < inner.children.length; i++) {
      const [item, drawn] = [items[first + i], inner.children[i]!.getBoundingClientRect().height];
      if (item === undefined || Math.abs(height(item) - drawn) < 0.5) continue;
      heights.current.set(keyOf(item), drawn);
      isOff = true;
    }
    inner.style.paddingTop = `${tops[first]!}px`;
    inner.style.paddingBottom = `${all - tops[last]!}px`;
    // by as much as rows have moved: what scrolls goes on from there
    if (Math.abs(target - top.current) > 0.5) {
      outer.scrollTop += target - top.current;
      top.current = outer.scrollTop;
    }
    if (isOff || outer.clientHeight !== seen) redraw(0);
  });

  useEffect(() => {
    if (handle !== undefined)
      handle.current = {
        toEnd() {
          anchor.current = 'end';
          redraw(0);
          onEnd?.(true);
        },
      };
  });

  useEffect(() => {
    const watch = new ResizeObserver(() => {
      if (box.current?.clientWidth !== width.current) redraw(0);
    });
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);

  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!;
    top.current = scrollTop;
    const isEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    const at = Math.max(0, Math.min(items.length - 1, indexAt(tops, scrollTop)));
    const item = items[at];
    anchor.current = isEnd || item === undefined ? 'end' : { key: keyOf(item), past: scrollTop - tops[at]! };
    onEnd?.(isEnd);
    if (scrollTop < MARGIN) onStart?.();
    redraw(0);
  };

  /** To the very end and start, however high the rows on the way turn out to be. */
  const onKeyDown = (event: KeyboardEvent) => {
    const [start] = items;
    if ((event.key !== 'Home' && event.key !== 'End') || event.target !== box.current || start === undefined) return;
    event.preventDefault();
    anchor.current = event.key === 'End' ? 'end' : { key: keyOf(start), past: 0 };
    onEnd?.(event.key === 'End');
    if (event.key === 'Home') onStart?.();
    redraw(0);
  };

  return (
    <section
      ref={box}
      class="windowed"
      aria-label={label}
      aria-busy={busy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <ol ref={list}>
        {items.slice(first, last).map((item, i) => (
          <li key={keyOf(item)} aria-setsize={items.length} aria-posinset={first + i + 1}>
            {row(item)}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The last whose top is not below `y`. */
function indexAt(tops: Float64Array, y: number): number {
  let [low, high] = [0, tops.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle]! <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
