/** What the dashboard shows: when a channel's last message ended, that a key was refused, and figures of all accounts by day. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DashboardFigures1764000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE channels ADD last_message_at timestamptz;
      ALTER TABLE api_keys ADD refused_at timestamptz;
      CREATE INDEX usage_figures_day ON usage_figures (day);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX usage_figures_day;
      ALTER TABLE api_keys DROP refused_at;
      ALTER TABLE channels DROP last_message_at;
    `);
  }
}
