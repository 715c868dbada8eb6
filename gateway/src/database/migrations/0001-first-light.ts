/** The first schema: accounts, keystore, API keys, channels, containers, ledger and figures. No column can hold content. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FirstLight1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE accounts (
        id uuid PRIMARY KEY,
        name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE SCHEMA keystore;
      CREATE TABLE keystore.data_keys (
        account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
        wrapped bytea NOT NULL,
        kek_version int NOT NULL
      );
      CREATE TABLE api_keys (
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        provider text NOT NULL,
        version int NOT NULL,
        sealed bytea NOT NULL,
        last_four text NOT NULL CHECK (length(last_four) <= 4),
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (account_id, provider)
      );
      CREATE TABLE channels (
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        kind text NOT NULL,
        state text NOT NULL,
        state_since timestamptz NOT NULL,
        webhook_secret_hash text CHECK (webhook_secret_hash ~ '^[0-9a-f]{64}$'),
        PRIMARY KEY (account_id, kind)
      );
      CREATE TABLE containers (
        account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
        sealed_key bytea NOT NULL,
        public_key bytea CHECK (length(public_key) = 32),
        last_figures_batch bigint NOT NULL DEFAULT 0
      );
      CREATE TABLE egress_ledger (
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        day date NOT NULL,
        host text NOT NULL,
        purpose text NOT NULL,
        connections int NOT NULL,
        refused int NOT NULL,
        bytes_up bigint NOT NULL,
        bytes_down bigint NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (account_id, day, host, purpose)
      );
      CREATE TABLE usage_figures (
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        day date NOT NULL,
        channel text NOT NULL,
        provider text NOT NULL DEFAULT '',
        model text NOT NULL DEFAULT '',
        outcome text NOT NULL,
        messages int NOT NULL,
        input_tokens bigint NOT NULL,
        output_tokens bigint NOT NULL,
        PRIMARY KEY (account_id, day, channel, provider, model, outcome)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE usage_figures, egress_ledger, containers, channels, api_keys, keystore.data_keys, accounts;
      DROP SCHEMA keystore;
    `);
  }
}
