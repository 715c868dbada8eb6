/** What a user gives to link Matrix, and what is kept of it. */
import * as z from 'zod';
import { isUserId } from './ids.js';

const encryption = z.enum([
  'off', // reads no encrypted room
  'on', // encrypts where the room is encrypted
  'required', // says nothing in rooms that are not
]);
export type EncryptionMode = z.infer<typeof encryption>;

const userId = z.string().refine(isUserId, 'not a Matrix id, such as @me:example.org');
const common = {
  /** A server's name, such as `example.org`, or the address of its API. */
  homeserver: z.string().trim().min(1).max(500),
  /** The user who may write; whoever claims to be that proves it with `/link CODE`. */
  owner: userId,
  encryption: encryption.default('on'),
};

export const matrixLinkRequest = z.union([
  z.strictObject({ ...common, accessToken: z.string().trim().min(1).max(2_000) }),
  z.strictObject({
    ...common,
    user: z.string().trim().min(1).max(255),
    password: z.string().min(1).max(1_000),
  }),
]);

export const matrixCredential = z.strictObject({
  /** Where the client API answers, without a slash at the end. */
  baseUrl: z.url(),
  userId,
  deviceId: z.string(),
  accessToken: z.string(),
  owner: userId,
  encryption,
});
export type MatrixCredential = z.infer<typeof matrixCredential>;
