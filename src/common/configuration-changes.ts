import {
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request } from 'express';
import { mergeMap, type Observable } from 'rxjs';

/** Whoever serves by the configuration that people change. */
export abstract class ConfigurationChanges {
  /** Resolves when this instance serves by everything that is committed by now. Never rejects. */
  abstract takeOver(): Promise<void>;
}

/** For routes that change the configuration: whoever has the answer can use what it says at once. */
@Injectable()
export class TakesEffectBeforeAnswer implements NestInterceptor {
  constructor(private readonly changes: ConfigurationChanges) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method } = context.switchToHttp().getRequest<Request>();
    if (method === 'GET') return next.handle();
    return next.handle().pipe(
      mergeMap(async (answer: unknown) => {
        await this.changes.takeOver();
        return answer;
      }),
    );
  }
}
