import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { Response } from 'express';
import { Public } from '../access/audience.js';
import { Peers } from '../common/peers.js';
import { AllMetrics } from './all-metrics.js';

@Public()
@ApiExcludeController()
@Controller()
export class MetricsController extends PrometheusController {
  private readonly metrics: AllMetrics;

  constructor(peers: Peers) {
    super();
    this.metrics = new AllMetrics(peers);
  }

  @Get()
  override async index(@Res({ passthrough: true }) response: Response): Promise<string> {
    // For the content type.
    await super.index(response);
    return this.metrics.text();
  }
}
