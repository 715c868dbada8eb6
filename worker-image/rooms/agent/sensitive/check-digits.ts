/** Check digits: what tells a number that was given out from one that only looks like it. */

/** As on payment cards and Canadian social insurance numbers. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** As on bar codes and Swiss AHV numbers. */
export function ean13(digits: string): boolean {
  return digits.length === 13 && weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;
}

/** Each digit times its weight, summed up; digits without a weight do not count. */
export function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * Number(digits[at]), 0);
}

/** The rest of a number too long for exact arithmetic. */
export function rest(digits: string, divisor: number): number {
  return Number(BigInt(digits) % BigInt(divisor));
}

const TURN = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** Verhoeff's: multiplication in the symmetries of a pentagon, as on Indian Aadhaar numbers. */
export function verhoeff(digits: string): boolean {
  let check = 0;
  for (let at = 0; at < digits.length; at += 1) {
    let digit = Number(digits[digits.length - 1 - at]);
    for (let turns = at % 8; turns > 0; turns -= 1) digit = TURN[digit] ?? 0;
    check = inPentagon(check, digit);
  }
  return check === 0;
}

/** 0 to 4 turn the pentagon, 5 to 9 turn it over. */
function inPentagon(one: number, other: number): number {
  const turn = one < 5 ? one + other : one - other + 5;
  const isTurnedOver = one < 5 !== other < 5;
  return (((turn % 5) + 5) % 5) + (isTurnedOver ? 5 : 0);
}

/** Whether day and month can be; a month of 0 stands for one that is not known. */
export function isDay(day: string, month: string): boolean {
  return Number(day) >= 1 && Number(day) <= 31 && Number(month) >= 1 && Number(month) <= 12;
}
