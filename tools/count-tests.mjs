import { writeFileSync } from 'node:fs';

/** Jest reporter that leaves the counts of a run where the command that started it reads them. */
export default class CountTests {
  onRunComplete(_contexts, results) {
    const file = process.env.RECALL_TEST_COUNTS;
    if (!file) return;
    // A file that could not even be loaded has no failed test, and must not look like a success.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    writeFileSync(file, JSON.stringify({ passed: results.numPassedTests, failed }));
  }
}
