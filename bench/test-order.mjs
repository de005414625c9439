/** Sequencer for Jest: the test files run in the order in which the command line names them. */
export default class TestOrder {
  sort(tests) {
    const place = ({ path }) => process.argv.indexOf(path);
    return [...tests].sort((a, b) => place(a) - place(b));
  }

  /** Nothing is kept for a next run, whose order does not depend on this one. */
  cacheResults() {}
}
