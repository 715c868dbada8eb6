/** What must not lie in the centre: each thing of a user as a value that exists nowhere else, 128 random bits where it may be any text. */
import { randomBytes, randomInt } from 'node:crypto';
import { formsOf } from '../scan/forms.js';

export class Assets {
  readonly values = new Map<string, string>();
  private readonly secrets = new Set<string>();
  private readonly planted = new Set<string>();

  /** A part of a text, of a name, of anything said. */
  text(name: string): string {
    return this.add(name, randomBytes(16).toString('hex'));
  }

  /** The unguessable part of a credential, which may not lie in the user's volume in the clear either. */
  secret(name: string): string {
    this.secrets.add(name);
    return this.text(name);
  }

  addSecret(name: string, value: string): string {
    this.secrets.add(name);
    return this.add(name, value);
  }

  /** A key, as programs write keys into text: nothing of a user's own volume either. */
  bytes(name: string, value: Uint8Array): void {
    const key = Buffer.from(value);
    this.addSecret(`${name}, base64`, key.toString('base64').replaceAll('=', ''));
    this.addSecret(`${name}, hex`, key.toString('hex'));
  }

  /** Something that we write into the queue ourselves, to see that nobody carries it on. */
  forgery(name: string): string {
    this.planted.add(name);
    return this.text(name);
  }

  /** An id at the platform: as long as Telegram allows, 52 bits. */
  id(name: string): number {
    const value = 1e15 + randomInt(2 ** 47) * 16 + randomInt(16);
    this.add(name, String(value));
    return value;
  }

  /** A value that Ara made. */
  add(name: string, value: string): string {
    if (this.values.has(name)) throw new Error(`two assets named ${name}`);
    if (formsOf(value).length === 0) throw new Error(`${name} is too short to be looked for`);
    this.values.set(name, value);
    return value;
  }

  readonly isSecret = (name: string): boolean => this.secrets.has(name);
  readonly isForgery = (name: string): boolean => this.planted.has(name);
}

export const botToken = (secret: string): string => `${randomInt(1e9, 9e9)}:AA${secret}`;
export const anthropicKey = (secret: string): string => `sk-ant-api03-${secret}-AA`;
export const openaiKey = (secret: string): string => `sk-proj-${secret}`;
