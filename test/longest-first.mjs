/**
 * Suites that start servers of their own first, and unit tests last. On a new checkout Jest knows no durations and goes by
 * the size of files, so that the longest suite, a short file, would run alone at the end while a core has nothing to do.
 */
export default class LongestFirst {
  sort(tests) {
    const ranked = Array.from(tests, (test) => ({ test, rank: rankOf(test.path) }));
    return ranked.sort((a, b) => a.rank - b.rank || (a.test.path < b.test.path ? -1 : 1)).map(({ test }) => test);
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}

const RANKS = [/[\\/]bench[\\/].*\.e2e\./, /[\\/]drills[\\/].*\.e2e\./, /\.e2e\./, /\.int\./];

function rankOf(path) {
  const rank = RANKS.findIndex((one) => one.test(path));
  return rank < 0 ? RANKS.length : rank;
}
