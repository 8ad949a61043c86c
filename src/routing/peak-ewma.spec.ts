import { PeakEwma } from './peak-ewma.js';

describe('PeakEwma', () => {
  it('knows nothing before the first sample', () => {
    expect(new PeakEwma(10_000).value).toBeNull();
  });

  it('believes a slower answer at once', () => {
    const latency = new PeakEwma(10_000);
    latency.observe(100, 0);
    latency.observe(5_000, 1);
    expect(latency.value).toBe(5_000);
  });

  it('believes faster ones as time passes', () => {
    const latency = new PeakEwma(10_000);
    latency.observe(1_000, 0);
    latency.observe(100, 1_000);
    expect(latency.value).toBeCloseTo(914, 0);
    latency.observe(100, 101_000);
    expect(latency.value).toBeCloseTo(100, 0);
  });

  it('takes no harm from samples that come in the same instant', () => {
    const latency = new PeakEwma(10_000);
    for (const sample of [300, 200, 100]) latency.observe(sample, 5);
    expect(latency.value).toBe(300);
  });
});
