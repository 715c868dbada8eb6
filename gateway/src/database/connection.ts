/** Where the database is: one description of it, for TypeORM and for the queue's Postgres backend. */
import { readFileSync } from 'node:fs';
import type { Settings } from '../../../config/schema.js';

export interface DatabaseConnection {
  host: string;
  port: number;
  user: string;
  database: string;
  password?: string;
  ssl?: { rejectUnauthorized: true };
}

/** @param settings with `database.url` set: the embedded one fills it in at the start */
export function databaseConnection(settings: Settings): DatabaseConnection {
  const url = new URL(
    (settings.database.url ?? '').replace(/^postgres(ql)?:\/\/\//, 'postgres://localhost/'),
  );
  const { passwordFile } = settings.database;
  const password = passwordFile
    ? readFileSync(passwordFile, 'utf8').trim()
    : decodeURIComponent(url.password);
  return {
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username) || (url.searchParams.get('user') ?? 'ara'),
    database: url.pathname.slice(1) || 'ara',
    ...(password ? { password } : {}),
    ...(url.searchParams.get('sslmode') === 'verify-full'
      ? { ssl: { rejectUnauthorized: true as const } }
      : {}),
  };
}
