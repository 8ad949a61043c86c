import fc from 'fast-check';
import { RequestsUnderWay, type RequestUnderWay } from './requests-under-way.js';

describe('RequestsUnderWay', () => {
  it('has what was added and not deleted, whatever the ids', () => {
    // Few and short, so that many of them share their ends.
    const id = fc.oneof(fc.uuid(), fc.string({ unit: fc.constantFrom('a', 'q'), maxLength: 4 }));
    const step = fc.tuple(fc.constantFrom('add', 'delete'), id);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const requests = new RequestsUnderWay();
        const expected = new Set<string>();
        for (const [kind, of] of steps) {
          if (kind === 'delete') {
            requests.delete(of);
            expected.delete(of);
          } else if (!expected.has(of)) {
            requests.add(request(of));
            expected.add(of);
          }
          expect(requests.has(of)).toBe(expected.has(of));
        }
        expect([...requests].map((each) => each.id).toSorted()).toEqual([...expected].toSorted());
      }),
    );
  });

  it('lets go of those that are deleted while it is gone through', () => {
    const requests = new RequestsUnderWay();
    for (const id of ['aq', 'bq', 'cq']) requests.add(request(id));
    for (const { id } of requests) requests.delete(id);
    expect([...requests]).toEqual([]);
  });

  function request(id: string): RequestUnderWay {
    return { id, json: '{}', segment: { path: '', number: 1, bytes: 0, writtenAtMs: 0 } };
  }
});
