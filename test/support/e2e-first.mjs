import TestSequencer from '@jest/test-sequencer';

/** A spec of many seconds that begins among the last leaves the other worker idle; the unit specs fill both to the end. */
export default class EndToEndFirst extends TestSequencer {
  sort(tests) {
    const isUnit = ({ context }) => context.config.displayName.name === 'unit';
    return super.sort(tests).toSorted((one, other) => isUnit(one) - isUnit(other));
  }
}
