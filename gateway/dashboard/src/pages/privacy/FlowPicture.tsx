/** You → Ara → hosts, drawn as wide as the place for it; a band is the wider, the more bytes went through it. */
import { useEffect, useRef, useState } from 'react';
import { t } from '../../texts';
import { formatBytes } from '../../texts/format';
import type { Host } from '../../api/types';
import { bytesOf, kindOf, pictured } from './hosts';

const ROW = 46;
const NODE = 58;
/** Below this the bands have room only between smaller nodes that stand closer. */
const NARROW = 420;
/** About what a letter of a host takes. */
const LETTER = 7.6;
const WIDEST = 26;
const colors: Record<string, string> = {
  model: 'var(--color-chart-1)',
  channel: 'var(--color-chart-2)',
  tool: 'var(--color-chart-3)',
};

export function FlowPicture({ hosts }: { hosts: readonly Host[] }) {
  const [place, width] = useWidth();
  const shown = pictured(hosts);
  const most = Math.max(...shown.map(bytesOf), 1);
  const node = width < NARROW ? 44 : NODE;
  const height = Math.max(shown.length * ROW, node) + 8;
  const middle = height / 2;
  const araX = width < NARROW ? node + 16 : Math.min(190, width * 0.26);
  const hostX = width - Math.min(230, width * 0.5);
  const letters = Math.floor((width - hostX) / LETTER);
  const channel = hosts
    .filter((host) => kindOf(host) === 'channel')
    .reduce((sum, host) => sum + bytesOf(host), 0);
  const thick = (bytes: number): number => (bytes === 0 ? 1 : 2 + (WIDEST - 2) * Math.sqrt(bytes / most));
  return (
    <div ref={place} className="w-full">
      {width > 0 && (
        <svg
          role="img"
          aria-label={t.privacy.picture(shown.length)}
          width={width}
          height={height}
          className="block font-sans"
        >
          <path
            d={`M${node} ${middle}H${araX}`}
            stroke={colors['channel']}
            strokeOpacity="0.55"
            strokeWidth={Math.min(WIDEST, thick(channel))}
          />
          {shown.map((host, index) => {
            const y = 4 + ROW * (index + 0.5);
            const from = araX + node;
            const bend = (from + hostX) / 2;
            return (
              <g key={host.host}>
                <path
                  d={`M${from} ${middle}C${bend} ${middle} ${bend} ${y} ${hostX - 6} ${y}`}
                  fill="none"
                  stroke={colors[kindOf(host)] ?? 'var(--color-chart-5)'}
                  strokeOpacity="0.55"
                  strokeWidth={thick(bytesOf(host))}
                  {...(bytesOf(host) === 0 || host.stopped ? { strokeDasharray: '3 4' } : {})}
                />
                <text x={hostX} y={y - 2} className="fill-ink text-[13px] font-medium">
                  {shortened(host.host, letters)}
                </text>
                <text x={hostX} y={y + 14} className="fill-soft text-[12px]">
                  {underLine(host)}
                </text>
              </g>
            );
          })}
          <Node x={0} y={middle} size={node} label={t.privacy.you} />
          <Node x={araX} y={middle} size={node} label={t.privacy.ara} strong />
        </svg>
      )}
    </div>
  );
}

function underLine(host: Host): string {
  if (host.stopped) return t.privacy.stopped;
  if (bytesOf(host) > 0) return formatBytes(bytesOf(host));
  return host.declared ? t.privacy.unused : t.privacy.refused(host.refused);
}

/** The table below has the whole of it. */
const shortened = (host: string, letters: number): string =>
  host.length > letters ? `${host.slice(0, letters - 1)}…` : host;

interface NodeProps {
  x: number;
  y: number;
  size: number;
  label: string;
  strong?: boolean;
}

function Node({ x, y, size, label, strong }: NodeProps) {
  return (
    <g>
      <rect
        x={x}
        y={y - size / 2}
        width={size}
        height={size}
        rx="16"
        className={strong ? 'fill-accent' : 'fill-accent-soft'}
      />
      <text
        x={x + size / 2}
        y={y + 5}
        textAnchor="middle"
        className={strong ? 'fill-on-accent text-sm font-semibold' : 'fill-accent text-sm font-semibold'}
      >
        {label}
      </text>
    </g>
  );
}

function useWidth() {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!place.current) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return [place, width] as const;
}
