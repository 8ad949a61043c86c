import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, throwError, type Observable } from 'rxjs';
import { GatewayError } from '../common/gateway-error.js';

/** For routes where a field has another name than below them: what is wrong is said of the field that the caller sent. */
export class FieldNames implements NestInterceptor {
  /** @param names from the name below to the caller's */
  constructor(private readonly names: Readonly<Record<string, string>>) {}

  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((error: unknown) => throwError(() => this.rename(error))));
  }

  private rename(error: unknown): unknown {
    if (!(error instanceof GatewayError) || error.param === undefined) return error;
    const name = this.names[error.param];
    return name === undefined ? error : new RenamedError(error, error.param, name);
  }
}

class RenamedError extends GatewayError {
  readonly status: number;
  readonly code: string;

  constructor(cause: GatewayError, from: string, to: string) {
    super(cause.message.replace(from, to), { param: to, cause });
    this.status = cause.status;
    this.code = cause.code;
  }
}
