/** A form of one field, its button beside it, and below what went wrong. */
import type { ReactNode } from 'react';
import { Failed } from './Asked';
import { Form } from './Form';

interface LineFormProps {
  onSubmit: () => void;
  error: unknown;
  /** The field and the button. */
  children: ReactNode;
}

export function LineForm({ onSubmit, error, children }: LineFormProps) {
  return (
    <>
      <Form onSubmit={onSubmit} className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-end">
        {children}
      </Form>
      {error != null && (
        <div className="mt-4">
          <Failed error={error} />
        </div>
      )}
    </>
  );
}
