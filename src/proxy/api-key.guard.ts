import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiKeyHasher, hasValidChecksum } from '../api-keys/api-key-secret.js';
import { credentialOf } from '../auth/credential.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { CurrentCatalog } from '../catalog/current-catalog.js';
import { Clock } from '../common/clock.js';
import { UnauthenticatedError, UnavailableError } from '../common/gateway-error.js';
import { remembered } from '../common/remembered.js';
import { setCaller } from './client-call.js';
import { speaksAnthropic } from './client-protocols.js';
import { ProxyMetrics } from './proxy-metrics.js';

const MAX_REMEMBERED_KEYS = 10_000;

/** Lets programs with one of our keys pass: from headers alone, in memory, before a byte of the body is read. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  /** Null for what cannot be a key. Only the digest is remembered, not whether the key is good: that is the catalog's to say. */
  private readonly digestOf: (secret: string) => string | null;

  constructor(
    private readonly current: CurrentCatalog,
    private readonly catalogService: CatalogService,
    hasher: ApiKeyHasher,
    private readonly clock: Clock,
    private readonly metrics: ProxyMetrics,
  ) {
    this.digestOf = remembered(MAX_REMEMBERED_KEYS, (secret) =>
      hasValidChecksum(secret) ? hasher.digest(secret) : null,
    );
  }

  canActivate(context: ExecutionContext): boolean {
    const arrivedAt = this.clock.monotonic();
    const http = context.switchToHttp();
    const request = http.getRequest<IncomingMessage>();
    if (speaksAnthropic(request)) nameAsAnthropicDoes(http.getResponse<ServerResponse>());
    const secret = credentialOf(request);
    if (secret === null)
      throw new UnauthenticatedError('no API key: send Authorization: Bearer or x-api-key');
    if (!this.catalogService.isTrusted) {
      throw new UnavailableError('API keys cannot be checked at the moment');
    }
    const { catalog } = this.current;
    const digest = this.digestOf(secret);
    const key = digest === null ? undefined : catalog.keys.get(digest);
    if (!key || (key.expiresAt !== null && key.expiresAt <= this.clock.now())) {
      this.metrics.refused('credential');
      throw new UnauthenticatedError('unknown, disabled or expired API key');
    }
    setCaller(request, {
      key,
      catalog,
      startedAt: this.clock.now(),
      arrivedAt,
      authenticatedAt: this.clock.monotonic(),
    });
    return true;
  }
}

/** Anthropic's SDKs read the id from this header. */
function nameAsAnthropicDoes(response: ServerResponse): void {
  response.setHeader('request-id', response.getHeader('x-request-id')!);
}
