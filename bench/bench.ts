import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pins } from './cores.ts';
import type { LoadJob, LoadResult } from './load.ts';
import { NodeProcess } from './node-process.ts';
import type { BenchOptions } from './options.ts';
import { cpuSeconds, cpuSecondsOfChildren } from './proc.ts';
import type { Ground, RunningTarget } from './targets/target.ts';
import { expectation, requestBody, type Workload } from './workloads.ts';

/** So many different requests a load sends in turn, where the workload has that many. */
const MAX_REQUESTS = 1_000;

export interface MeasuredLoad extends LoadResult {
  /** Of the process under test, seconds; NaN for what was not started here. */
  readonly cpuSeconds: number;
  /** Of the processes it started. */
  readonly childCpuSeconds: number;
}

/** The upstream, the load generator, and the ground on which targets are started. */
export class Bench {
  readonly ground: Ground;
  readonly upstreamPort: number;
  private readonly upstream: NodeProcess;
  private readonly generator: NodeProcess;

  private constructor(ground: Ground, upstream: NodeProcess, generator: NodeProcess) {
    this.ground = ground;
    this.upstreamPort = ground.upstreamPort;
    this.upstream = upstream;
    this.generator = generator;
  }

  static async start({ upstreamPort, pace }: BenchOptions): Promise<Bench> {
    const directory = await mkdtemp(join(tmpdir(), 'bench-'));
    const { underTest, others } = pins();
    const start = (file: string, ...args: number[]): NodeProcess =>
      new NodeProcess({
        pin: others,
        script: join(import.meta.dirname, file),
        arguments: args.map(String),
        nodeOptions: ['--disable-warning=ExperimentalWarning'],
        log: join(directory, `${file}.log`),
      });
    const upstream = start('upstream.ts', upstreamPort, pace.holdSeconds);
    const { port } = await upstream.message<{ port: number }>();
    const ground: Ground = { pin: underTest, upstreamPort: port, directory, freePort };
    return new Bench(ground, upstream, start('generator.ts'));
  }

  /** The load of a workload on a target, with the CPU time that the target spends on it. */
  async load(
    target: RunningTarget,
    workload: Workload,
    amount: Pick<LoadJob, 'connections' | 'durationMs' | 'limit' | 'ratePerSecond'>,
  ): Promise<MeasuredLoad> {
    const { pid } = target.process ?? { pid: 0 };
    const before = [cpuSeconds(pid), cpuSecondsOfChildren(pid)] as const;
    const [result] = await this.run([{ ...this.job(target, workload), ...amount }]);
    return {
      ...result!,
      cpuSeconds: cpuSeconds(pid) - before[0],
      childCpuSeconds: cpuSecondsOfChildren(pid) - before[1],
    };
  }

  /** Several loads at the same time. */
  run(jobs: readonly LoadJob[]): Promise<LoadResult[]> {
    return this.generator.ask<LoadResult[]>(jobs);
  }

  job(target: RunningTarget, workload: Workload): Omit<LoadJob, 'connections' | 'durationMs'> {
    const { models, keys } = workload;
    const count = keys === 'one' ? models.length : MAX_REQUESTS;
    const requests = Array.from({ length: count }, (_, index) => {
      const { path, model, headers } = target.address(
        workload,
        models[index % models.length]!,
        index,
      );
      return httpRequest(path, headers, requestBody(workload, model));
    });
    return { port: target.port, requests, expect: expectation(workload) };
  }

  async stop(): Promise<void> {
    await Promise.all([this.upstream.stop(), this.generator.stop()]);
    await rm(this.ground.directory, { recursive: true, force: true });
  }
}

function httpRequest(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): string {
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    'user-agent': 'bench',
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
