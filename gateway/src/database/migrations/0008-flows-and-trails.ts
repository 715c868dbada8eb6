/** Hosts that users stop, when a host was first reached, uses of keys chained row to row, and accesses by operators. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FlowsAndTrails1764000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE egress_ledger ADD first_at timestamptz NOT NULL DEFAULT now();
      UPDATE egress_ledger SET first_at = least(last_at, day::timestamptz);
      CREATE TABLE stopped_hosts (
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        host text NOT NULL CHECK (length(host) <= 255),
        stopped_at timestamptz NOT NULL,
        PRIMARY KEY (account_id, host)
      );
      CREATE TABLE key_uses (
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        number bigint NOT NULL CHECK (number > 0),
        at timestamptz NOT NULL,
        kind text NOT NULL,
        provider text NOT NULL,
        model text CHECK (length(model) <= 100),
        input_tokens bigint NOT NULL,
        cached_tokens bigint NOT NULL,
        output_tokens bigint NOT NULL,
        hash bytea NOT NULL CHECK (length(hash) = 32),
        PRIMARY KEY (account_id, number)
      );
      CREATE TABLE key_use_heads (
        account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
        number bigint NOT NULL,
        hash bytea NOT NULL CHECK (length(hash) = 32),
        first_number bigint NOT NULL,
        before_first bytea NOT NULL CHECK (length(before_first) = 32)
      );
      CREATE TABLE operator_accesses (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 300),
        opened_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        told_at timestamptz
      );
      CREATE INDEX operator_accesses_account ON operator_accesses (account_id, opened_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE operator_accesses, key_use_heads, key_uses, stopped_hosts;
      ALTER TABLE egress_ledger DROP first_at;
    `);
  }
}
