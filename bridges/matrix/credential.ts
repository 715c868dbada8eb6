/** What is kept of a link with Matrix; what the user gives for it is `matrixLink` in the contracts. */
import * as z from 'zod';
import { matrixEncryption, matrixId } from '../../contracts/worker-door.js';

export type EncryptionMode = z.infer<typeof matrixEncryption>;

export const matrixCredential = z.strictObject({
  /** Where the client API answers, without a slash at the end. */
  baseUrl: z.url(),
  userId: matrixId,
  deviceId: z.string(),
  accessToken: z.string(),
  owner: matrixId,
  encryption: matrixEncryption,
});
export type MatrixCredential = z.infer<typeof matrixCredential>;
