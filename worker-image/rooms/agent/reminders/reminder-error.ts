/** A reminder that cannot be set as it was asked for. The message says why and what to do, to the user and the model. */
export class ReminderError extends Error {
  override readonly name = 'ReminderError';
}
