import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { Clock } from '../common/clock.js';
import { Logger } from '../common/logger.js';
import { Peers } from '../common/peers.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { Captures } from './captures/captures.js';
import { CapturesController } from './captures/captures.controller.js';
import { CapturesService } from './captures/captures.service.js';
import { ForgetUserController } from './captures/forget-user.controller.js';
import { ForgetUserService } from './captures/forget-user.service.js';
import { JournalLedger } from './journal-ledger.js';
import { journalDirectory, journalPlace, type JournalPlace } from './journal-place.js';
import { Ledger } from './ledger.js';
import { LeftJournals, TAKE_OVER } from './left-journals.js';
import { PartitionKeeper } from './partition-keeper.js';
import { PriceBook } from './prices/price-book.js';
import { priced } from './prices/priced.js';
import { PricesController } from './prices/prices.controller.js';
import { PricesService } from './prices/prices.service.js';
import { RepricingService } from './prices/repricing.service.js';
import { StoredPrices } from './prices/stored-prices.js';
import { ReportDatabase } from './report-database.js';
import { RequestsService } from './requests.service.js';
import { StatsController } from './stats.controller.js';
import { Retention } from './retention.js';
import { SummaryService } from './summary.service.js';
import { UsageWriter } from './usage-writer.js';

/** What was used: the ledger every request ends in, what it cost, and the reports on it. */
@Module({
  imports: [ApiKeysModule, AuditModule],
  controllers: [StatsController, CapturesController, ForgetUserController, PricesController],
  providers: [
    {
      provide: JournalLedger,
      inject: [GatewayConfig, Peers, UsageWriter, PriceBook, Clock, Logger],
      useFactory: openLedger,
    },
    { provide: Ledger, useExisting: JournalLedger },
    Captures,
    CapturesService,
    ForgetUserService,
    PartitionKeeper,
    PriceBook,
    PricesService,
    RepricingService,
    Retention,
    ReportDatabase,
    RequestsService,
    StoredPrices,
    SummaryService,
    UsageWriter,
  ],
  exports: [Captures, Ledger, PriceBook],
})
export class StatsModule {}

/** The ledger of this process, and those of others that it may have to finish. */
function openLedger(
  config: GatewayConfig,
  peers: Peers,
  writer: UsageWriter,
  prices: PriceBook,
  clock: Clock,
  logger: Logger,
): JournalLedger {
  const open = (place: JournalPlace): JournalLedger =>
    new JournalLedger(writer, clock, logger, {
      ...place,
      commitIntervalMs: config.environment.JOURNAL_COMMIT_INTERVAL_MS,
      price: (record) => priced(record, prices),
    });
  const place = journalPlace(config, peers);
  const left = new LeftJournals((worker) => {
    const directory = journalDirectory(config.dataDir, worker);
    return open({ ...place, directory, abandoned: [] });
  }, logger);
  peers.answer(TAKE_OVER, ({ worker }) => left.takeOver(worker));
  return open(place);
}
