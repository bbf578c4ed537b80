/** A QR code as one path of squares, drawn here: no picture is asked of anybody. */
import { encode } from 'uqr';

export function Qr({ text, says }: { readonly text: string; readonly says: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 2 });
  const path = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={says} shape-rendering="crispEdges">
      <path d={path} fill="#000000" />
    </svg>
  );
}
