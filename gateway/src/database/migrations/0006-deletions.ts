/**
 * Deletions: one row each, which outlives what it deletes. While it runs it knows the account; once it is over it knows a
 * keyed hash, counts and times. The audit trail keeps who did something the same way. No column can hold content.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Deletions1764000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE deletions (
        id uuid PRIMARY KEY,
        -- No reference: the account goes first. Null once its account is deleted.
        account_id uuid,
        subject text NOT NULL CHECK (subject ~ '^[0-9a-f]{64}$'),
        kind text NOT NULL CHECK (kind IN ('memory', 'container', 'account')),
        files boolean NOT NULL,
        asked_by text NOT NULL CHECK (asked_by IN ('chat', 'dashboard')),
        request_key text NOT NULL CHECK (length(request_key) <= 80),
        link_hash bytea NOT NULL UNIQUE CHECK (length(link_hash) = 32),
        asked_at timestamptz NOT NULL DEFAULT now(),
        -- What is done, in order: the next step is the one behind the last.
        steps jsonb NOT NULL DEFAULT '[]',
        not_reached jsonb NOT NULL DEFAULT '[]',
        -- How often the step that runs has been begun.
        tries int NOT NULL DEFAULT 0,
        trouble text CHECK (length(trouble) <= 40),
        -- Who works on it, and until when without a sign of life.
        claimed_by text,
        claimed_until timestamptz,
        finished_at timestamptz,
        receipt jsonb,
        UNIQUE (account_id, request_key)
      );
      CREATE UNIQUE INDEX deletions_running ON deletions (account_id) WHERE finished_at IS NULL;
      CREATE INDEX deletions_finished ON deletions (finished_at);
      ALTER TABLE audit_trail
        ADD by_subject text CHECK (by_subject ~ '^[0-9a-f]{64}$'),
        ADD subject text CHECK (subject ~ '^[0-9a-f]{64}$');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE audit_trail DROP by_subject, DROP subject;
      DROP TABLE deletions;
    `);
  }
}
