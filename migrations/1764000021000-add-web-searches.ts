import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Null in what is older, and in journals that are older and not in the database yet. No check of the numbers: it would read
 * all of the records while nobody else may.
 */
export class AddWebSearches1764000021000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE usage_records ADD web_searches integer');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE usage_records DROP web_searches');
  }
}
