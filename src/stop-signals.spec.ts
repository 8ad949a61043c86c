import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { StopSignals } from './stop-signals.js';

describe('StopSignals', () => {
  it.each(['SIGTERM', 'SIGINT'])('stops on %s', async (signal) => {
    const source = new EventEmitter();
    const { stop } = new StopSignals(source);
    source.emit(signal);
    await expect(stop).resolves.toBeUndefined();
  });

  it('takes the same Ctrl-C, sent twice, for one wish', async () => {
    const source = new EventEmitter();
    const { hurry } = new StopSignals(source);
    source.emit('SIGINT');
    source.emit('SIGINT');
    expect(await Promise.race([hurry.then(() => 'hurried'), sleep(20, 'waited')])).toBe('waited');
  });

  it('hurries when somebody asks again', async () => {
    const source = new EventEmitter();
    let nowMs = 0;
    const { hurry } = new StopSignals(source, () => nowMs);
    source.emit('SIGTERM');
    nowMs = 501;
    source.emit('SIGTERM');
    await expect(hurry).resolves.toBeUndefined();
  });
});
