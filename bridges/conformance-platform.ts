/** What the suite of conformance asks of the stand-in for a platform. */
import type { Agent } from 'node:https';
import type { ChatId, PlatformMessageId } from '../contracts/ids.js';
import type { Bridge } from './bridge.js';
import type { RecordingHost } from './recording-host.js';

export type Speaker = 'owner' | 'stranger';

/** A platform that runs elsewhere has to be asked. */
type Asked<Answer> = Answer | Promise<Answer>;

/** A platform on this machine, with one linked account and people who write to it. Made anew for each test. */
export interface ConformancePlatform {
  /** What reaches this platform. */
  readonly agent: Agent;
  /** The platform's id of the owner, as `BridgeHost.admit` gets it. */
  readonly ownerId: string;
  /** The chat with the owner, as the bridge names it. */
  readonly ownerChat: ChatId;
  open(host: RecordingHost): Bridge;
  /** Where messages go out over the same connection that they come in by. */
  readonly sendsOnlyWhenStarted?: true;
  say(text: string, speaker: Speaker): void;
  /** The account's own message comes back to it, as some platforms do. */
  echo(text: string): void;
  /** What the owner sees of the account's texts now, oldest first. */
  seen(): Asked<string[]>;
  /** The files that the owner sees, oldest first. */
  files(): Asked<{ name: string; content: Buffer }[]>;
  /** The owner sends a file; absent where bridges get none. */
  give?(name: string, content: Buffer): void;
  /** The signs of ours on a message of the owner's; absent where there are none. */
  signs?(message: PlatformMessageId): Asked<readonly string[]>;
  /** The owner's buttons, where the platform has some: their texts now, and a tap on one. */
  readonly buttons?: { offered(): Asked<string[]>; tap(text: string): void };
  /** Absent where there is no connection that could be lost. */
  goDown?(): Promise<void>;
  comeBack?(): Promise<void>;
  /** The credential is not taken from here on; absent where there is none. */
  revoke?(): void;
  close(): Promise<void>;
}
