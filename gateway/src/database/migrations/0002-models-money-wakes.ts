/** Models and servers of a user's own, what was spent, and when a container wants to be awake. No column can hold content. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ModelsMoneyWakes1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE api_keys
        ADD position int NOT NULL DEFAULT 0,
        ADD model text CHECK (length(model) BETWEEN 1 AND 100),
        ADD base_url text CHECK (base_url ~ '^https://[^/?#@]+(/[^?#]*)?$' AND length(base_url) <= 300),
        ADD context_tokens int CHECK (context_tokens > 0),
        ADD images boolean,
        ADD price_input double precision CHECK (price_input >= 0),
        ADD price_output double precision CHECK (price_output >= 0),
        ADD CHECK (provider <> 'compatible' OR (model IS NOT NULL AND base_url IS NOT NULL));
      UPDATE api_keys AS k SET position = o.position FROM (
        SELECT account_id, provider, row_number() OVER (PARTITION BY account_id ORDER BY updated_at) AS position
        FROM api_keys
      ) AS o
      WHERE k.account_id = o.account_id AND k.provider = o.provider;
      ALTER TABLE usage_figures
        ADD cached_tokens bigint NOT NULL DEFAULT 0,
        ADD cost_micros bigint NOT NULL DEFAULT 0;
      ALTER TABLE containers ADD wake_at timestamptz;
      CREATE INDEX containers_wake_at ON containers (wake_at) WHERE wake_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE containers DROP wake_at;
      ALTER TABLE usage_figures DROP cached_tokens, DROP cost_micros;
      DELETE FROM api_keys WHERE provider = 'compatible';
      ALTER TABLE api_keys DROP position, DROP model, DROP base_url, DROP context_tokens, DROP images,
        DROP price_input, DROP price_output;
    `);
  }
}
