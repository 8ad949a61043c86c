/** Ends a run with one plain line that any program can read. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests } = results;
    const brokenFiles = results.numRuntimeErrorTestSuites;
    const skipped = numPendingTests ? `, ${numPendingTests} skipped` : '';
    console.log(`${numPassedTests} passed, ${numFailedTests + brokenFiles} failed${skipped}`);
  }
}
