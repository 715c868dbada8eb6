/** A form that is sent by the script, not by the browser. */
import type { ReactNode } from 'react';

interface FormProps {
  onSubmit: () => void;
  className?: string;
  /** Where the form itself says what is wrong, and not the browser. */
  noValidate?: boolean;
  children: ReactNode;
}

export function Form({ onSubmit, ...rest }: FormProps) {
  return (
    <form
      {...rest}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    />
  );
}
