import { pipe } from '../../test/support/pipe.js';
import { Channel } from '../common/channel.js';
import { ALL_METRICS, LAST_METRICS, OWN_METRICS, type Metric } from '../health/metrics-topics.js';
import { MetricsDesk } from './metrics-desk.js';

describe('MetricsDesk', () => {
  let desk: MetricsDesk;

  beforeEach(() => {
    desk = new MetricsDesk();
  });

  /** A worker that counts. */
  function employ(count: number) {
    const [near, far] = pipe();
    let silent = (): void => {};
    const worker = {
      channel: new Channel(near),
      onceSilent: (tell: () => void) => void (silent = tell),
    };
    desk.attend(worker);
    const inside = new Channel(far);
    inside.on(OWN_METRICS, () => metrics(count));
    return { inside, die: () => silent() };
  }

  const totals = async ({ inside }: { inside: Channel }, name: string): Promise<number[]> => {
    const all = await inside.ask(ALL_METRICS, undefined);
    return all.flatMap((each) =>
      each
        .filter((metric) => metric.name === name)
        .flatMap(({ values }) => values.map(({ value }) => value)),
    );
  };

  it('gathers those of all workers, whichever asks', async () => {
    const [one, other] = [employ(3), employ(4)];
    expect(await totals(one, 'calls_total')).toEqual([3, 4]);
    expect(await totals(other, 'running')).toEqual([3, 4]);
  });

  it('keeps the totals of a worker that has died, as far as they were told', async () => {
    const [one, other] = [employ(3), employ(4)];
    await totals(one, 'calls_total');
    other.die();
    expect(await totals(one, 'calls_total')).toEqual([3, 4]);
    expect(await totals(one, 'running')).toEqual([3]);
    const third = employ(5);
    await third.inside.ask(LAST_METRICS, metrics(6));
    third.die();
    expect(await totals(one, 'calls_total')).toEqual([3, 10]);
  });

  it('adds up the values of the gone by their labels', async () => {
    const one = employ(1);
    for (const path of ['a', 'b', 'a']) {
      const gone = employ(0);
      const value = { value: 2, labels: { path }, metricName: 'seconds_bucket' };
      await gone.inside.ask(LAST_METRICS, [
        { ...metrics(0)[0]!, name: 'seconds', type: 'histogram', values: [value] },
      ]);
      gone.die();
    }
    expect(await totals(one, 'seconds')).toEqual([4, 2]);
  });
});

function metrics(count: number): Metric[] {
  const values = [{ value: count, labels: {} }];
  return [
    { name: 'calls_total', help: '', type: 'counter', aggregator: 'sum', values },
    { name: 'running', help: '', type: 'gauge', aggregator: 'sum', values },
  ];
}
