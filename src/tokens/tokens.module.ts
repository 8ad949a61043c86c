import { Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TokenCounter } from './token-counter.js';
import { TokenFactors } from './token-factors.js';

@Injectable()
class StopCounting implements OnApplicationShutdown {
  constructor(private readonly counter: TokenCounter) {}

  onApplicationShutdown(): Promise<void> {
    return this.counter.close();
  }
}

@Module({
  providers: [TokenCounter, TokenFactors, StopCounting],
  exports: [TokenCounter, TokenFactors],
})
export class TokensModule {}
