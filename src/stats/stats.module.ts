import { Module } from '@nestjs/common';
import { BatchLedger } from './batch-ledger.js';
import { Ledger } from './ledger.js';
import { PartitionKeeper } from './partition-keeper.js';
import { PriceBook } from './price-book.js';
import { ReportDatabase } from './report-database.js';
import { RequestsService } from './requests.service.js';
import { StatsController } from './stats.controller.js';
import { SummaryService } from './summary.service.js';
import { UsageWriter } from './usage-writer.js';

/** What was used: the ledger every request ends in, what it cost, and the reports on it. */
@Module({
  controllers: [StatsController],
  providers: [
    { provide: Ledger, useClass: BatchLedger },
    PartitionKeeper,
    PriceBook,
    ReportDatabase,
    RequestsService,
    SummaryService,
    UsageWriter,
  ],
  exports: [Ledger, PriceBook],
})
export class StatsModule {}
