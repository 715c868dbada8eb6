/** Who somebody is and how they sign in. Of what is secret only hashes lie here, and sealed records. No column can hold content. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AccountsSignIn1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE accounts
        ADD role text NOT NULL DEFAULT 'user' CHECK (role IN ('operator', 'user')),
        ADD email text CHECK (length(email) <= 254),
        ADD last_seen_at timestamptz;
      CREATE TABLE passwords (
        account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
        hash text NOT NULL CHECK (hash LIKE '$argon2id$%'),
        set_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE passkeys (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        credential_id bytea NOT NULL UNIQUE,
        public_key bytea NOT NULL,
        counter bigint NOT NULL,
        transports text[] NOT NULL,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz
      );
      CREATE INDEX passkeys_account ON passkeys (account_id);
      -- A new secret is pending until a code of it was given; until then the old one counts.
      CREATE TABLE authenticators (
        account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
        sealed bytea,
        pending bytea,
        last_step bigint NOT NULL DEFAULT 0
      );
      CREATE TABLE recovery_codes (
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        hash bytea NOT NULL CHECK (length(hash) = 32),
        PRIMARY KEY (account_id, hash)
      );
      CREATE TABLE sessions (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
        previous_hash bytea UNIQUE CHECK (length(previous_hash) = 32),
        previous_until timestamptz,
        client text NOT NULL CHECK (length(client) <= 64),
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now(),
        proven_until timestamptz
      );
      CREATE INDEX sessions_account ON sessions (account_id);
      CREATE TABLE ceremonies (
        token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
        kind text NOT NULL,
        account_id uuid REFERENCES accounts ON DELETE CASCADE,
        data jsonb NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE TABLE invitations (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
        role text NOT NULL CHECK (role IN ('operator', 'user')),
        account_id uuid REFERENCES accounts ON DELETE CASCADE,
        first_operator boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      );
      CREATE TABLE organisation_identities (
        issuer text NOT NULL,
        subject text NOT NULL CHECK (length(subject) <= 255),
        account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (issuer, subject)
      );
      CREATE INDEX organisation_identities_account ON organisation_identities (account_id);
      -- Whose tries they are is a keyed hash: neither a name nor an address can be read here.
      CREATE TABLE sign_in_attempts (
        key bytea PRIMARY KEY CHECK (length(key) = 32),
        tries int NOT NULL,
        since timestamptz NOT NULL,
        locked_until timestamptz
      );
      CREATE TABLE audit_trail (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        action text NOT NULL CHECK (action ~ '^[a-z-]{1,40}$'),
        by_account uuid REFERENCES accounts ON DELETE SET NULL,
        account uuid REFERENCES accounts ON DELETE SET NULL
      );
      CREATE INDEX audit_trail_account ON audit_trail (account, id);
      CREATE INDEX audit_trail_by ON audit_trail (by_account, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE audit_trail, sign_in_attempts, organisation_identities, invitations, ceremonies, sessions,
        recovery_codes, authenticators, passkeys, passwords;
      ALTER TABLE accounts DROP role, DROP email, DROP last_seen_at;
    `);
  }
}
