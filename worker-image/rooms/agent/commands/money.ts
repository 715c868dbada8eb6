/** Millionths of a US dollar in words. */

/** Small amounts with the digits that matter: `$0.0042`, `$12.30`. */
export function dollars(micros: number): string {
  const amount = micros / 1_000_000;
  return `$${amount.toFixed(amount > 0 && amount < 0.1 ? 4 : 2)}`;
}
