/** A way to write a password that is told by its place, and how it is looked for. */
import type { Finding } from './finding.js';

export interface PasswordForm {
  /** The password is the group `value`. */
  form: RegExp;
  holds: (value: string) => boolean;
}

export function passwordsIn(text: string, forms: readonly PasswordForm[]): Finding[] {
  return forms.flatMap(({ form, holds }) =>
    [...text.matchAll(form)].flatMap((match): Finding[] => {
      const value = (match.groups?.['value'] ?? '').replace(/[.,;)\]}]+$/, '');
      if (!holds(value)) return [];
      const from = match.index + match[0].lastIndexOf(value);
      return [{ kind: 'password', from, to: from + value.length }];
    }),
  );
}
