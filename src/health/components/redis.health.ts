import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { SharedRedis } from '../../limits/shared-redis.js';
import type { HealthComponent } from './health-component.js';

/** Calls are served without it: each instance counts its share of the limits then. */
@Injectable()
export class RedisHealth implements HealthComponent {
  readonly name = 'redis';

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly redis: SharedRedis,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check(this.name);
    const { isConfigured, isUp, instances } = this.redis;
    if (!isConfigured) return indicator.up({ message: 'not configured' });
    if (isUp) return indicator.up({ instances });
    return indicator.down({ instances, message: 'away: limits are counted by each instance' });
  }

  get isDegraded(): boolean {
    return this.redis.isConfigured && !this.redis.isUp;
  }
}
