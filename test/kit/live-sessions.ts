/** Live sessions without a database behind them: a session ends when a test says so. */
import { LiveSessions } from '../../gateway/src/sign-in/live-sessions.service.js';

export function liveSessions(): { provide: typeof LiveSessions; useValue: LiveSessions } {
  const sessions = new LiveSessions({} as ConstructorParameters<typeof LiveSessions>[0]);
  sessions.onApplicationBootstrap = () => undefined;
  return { provide: LiveSessions, useValue: sessions };
}
