import { InFlight } from './in-flight.js';

describe('InFlight', () => {
  it('is idle at once when nothing is under way', async () => {
    await expect(new InFlight().untilIdle()).resolves.toBeUndefined();
  });

  it('is idle when the last call has left, for everybody who waits', async () => {
    const inFlight = new InFlight();
    const idle: string[] = [];
    inFlight.enter();
    inFlight.enter();
    const waiting = ['one', 'two'].map((name) => inFlight.untilIdle().then(() => idle.push(name)));
    inFlight.leave();
    await Promise.resolve();
    expect([inFlight.count, idle]).toEqual([1, []]);
    inFlight.leave();
    await Promise.all(waiting);
    expect(idle).toEqual(['one', 'two']);
  });

  it('interrupts the calls that are still there', () => {
    const inFlight = new InFlight();
    const interrupted: string[] = [];
    const call = (name: string) => ({ interrupt: () => void interrupted.push(name) });
    const gone = call('gone');
    const place = inFlight.track(gone);
    inFlight.track(call('there'));
    inFlight.untrack(place);
    inFlight.interruptAll();
    expect(interrupted).toEqual(['there']);
  });

  it('gives the place of a call that is gone to the next one', () => {
    const inFlight = new InFlight();
    const call = { interrupt: () => undefined };
    const places = [inFlight.track(call), inFlight.track(call)];
    inFlight.untrack(places[0]!);
    expect(inFlight.track(call)).toBe(places[0]);
  });
});
