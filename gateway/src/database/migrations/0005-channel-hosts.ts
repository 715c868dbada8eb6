/** The hosts of a channel that its user named: where their Matrix server is. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ChannelHosts1764000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE channels ADD hosts text[]');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE channels DROP hosts');
  }
}
