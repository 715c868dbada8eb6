/** Check digits and letters of national numbers, each by its country's own rule. */

export function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((total, weight, place) => total + weight * Number(digits.charAt(place)), 0);
}

/** Germany: the letter counts as its place in the alphabet, and of each product the digits are added. */
export function germanPensionDigit(body: string): string {
  const digits = body.replace(/[A-Z]/, (letter) => String(letter.charCodeAt(0) - 64).padStart(2, '0'));
  const sum = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].reduce((total, weight, place) => {
    const product = weight * Number(digits.charAt(place));
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return String(sum % 10);
}

/** Switzerland: the check digit of a bar code. */
export function barCodeDigit(body: string): string {
  return String((10 - (weighted(body, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10);
}

export function polishDigit(body: string): string {
  return String((10 - (weighted(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10);
}

export function portugueseDigit(body: string): string {
  return String(9 - (weighted(body, [29, 23, 19, 17, 13, 11, 7, 5, 3, 2]) % 10));
}

/** The Netherlands: 10 means that there is no such number. */
export function dutchDigit(body: string): number {
  return weighted(body, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
}

/** Austria: the digit stands fourth, before the date of birth; 10 means that there is no such number. */
export function austrianDigit(serial: string, birth: string): number {
  return weighted(serial + birth, [3, 7, 9, 5, 8, 4, 2, 1, 6]) % 11;
}

export function frenchKey(body: string): string {
  const number = body.replace('2A', '19').replace('2B', '18');
  return String(97 - Number(BigInt(number) % 97n)).padStart(2, '0');
}

export function spanishLetter(number: number): string {
  return 'TRWAGMYFPDXBNJZSQVHLCKE'.charAt(number % 23);
}

/** Italy: what a letter or a digit counts at the odd places. */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

export function italianLetter(body: string): string {
  const sum = [...body].reduce((total, character, place) => {
    const value = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    return total + (place % 2 === 0 ? ODD[value]! : value);
  }, 0);
  return String.fromCharCode(65 + (sum % 26));
}
