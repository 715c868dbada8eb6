/** The seconds that are left until a moment, as they pass. */
import { useEffect, useState } from 'react';

export function useSecondsUntil(moment: number): number {
  const left = (): number => Math.max(0, Math.ceil((moment - Date.now()) / 1_000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 1_000);
    return () => clearInterval(timer);
  }, [moment]);
  return seconds;
}
