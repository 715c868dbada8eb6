/** Chance that repeats itself: the same seed draws the same things, and templates are filled from it. */

export const DIGITS = '0123456789';
export const HEX = '0123456789abcdef';
export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const UPPER = LOWER.toUpperCase();
export const ALPHANUMERIC = UPPER + LOWER + DIGITS;
export const BASE64_URL = `${ALPHANUMERIC}-_`;
export const BASE64 = `${ALPHANUMERIC}+/`;

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** mulberry32: small, and good enough for texts. */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** Both ends are possible. */
  between(lowest: number, highest: number): number {
    return lowest + this.below(highest - lowest + 1);
  }

  chance(share: number): boolean {
    return this.fraction() < share;
  }

  pick<Item>(list: readonly Item[]): Item {
    return list[this.below(list.length)]!;
  }

  text(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[this.below(alphabet.length)]!).join('');
  }

  digits(length: number): string {
    return this.text(DIGITS, length);
  }

  /** A number between both ends, filled up with zeros to its width. */
  padded(lowest: number, highest: number, width: number): string {
    return String(this.between(lowest, highest)).padStart(width, '0');
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  shuffled<Item>(list: readonly Item[]): Item[] {
    return list
      .map((item) => ({ item, place: this.fraction() }))
      .toSorted((one, other) => one.place - other.place)
      .map(({ item }) => item);
  }
}

/** Deals every item once before any comes again, so that a rare wording is never left out by chance. */
export class Deck<Item> {
  private left: Item[] = [];

  constructor(
    private readonly random: Random,
    private readonly items: readonly Item[],
  ) {}

  deal(): Item {
    if (this.left.length === 0) this.left = this.random.shuffled(this.items);
    return this.left.pop()!;
  }
}

export type Slots = Readonly<Record<string, (random: Random) => string>>;

/** Puts something into every `{{slot}}` of a template. */
export function fill(template: string, slots: Slots, random: Random): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const slot = slots[name];
    if (slot === undefined) throw new Error(`No slot is named ${name}.`);
    return slot(random);
  });
}

/** A message that holds a secret, before anything is written around it. */
export interface Drawn {
  text: string;
  secret: string;
  english: boolean;
}
