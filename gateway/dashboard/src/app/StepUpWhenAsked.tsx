/** Loads the dialog of StepUp.tsx when it is needed for the first time; most visits never see it. */
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { proof } from '../api/proof';

const StepUp = lazy(() => import('./StepUp').then((module) => ({ default: module.StepUp })));

export function StepUpWhenAsked() {
  const isAsked = useSyncExternalStore(proof.subscribe, proof.isAsked);
  const [wasAsked, setWasAsked] = useState(false);
  useEffect(() => {
    if (isAsked) setWasAsked(true);
  }, [isAsked]);
  return wasAsked ? (
    <Suspense>
      <StepUp />
    </Suspense>
  ) : null;
}
