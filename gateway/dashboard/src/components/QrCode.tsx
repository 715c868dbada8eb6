/** A QR code as one SVG path, dark on white in either theme, since some cameras read nothing else. */
import { encode } from 'uqr';
import { cx } from './classes';

export function QrCode({ text, label, className }: { text: string; label: string; className?: string }) {
  const { data, size } = encode(text, { border: 2, ecc: 'M' });
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .filter(Boolean)
    .join('');
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className={cx('size-44 rounded-xl border border-line bg-[#fff]', className)}
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
