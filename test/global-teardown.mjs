/** Ends what the global set-up began. */
export default async function tearDown() {
  const { postgres, temporal } = globalThis.recallTestServers ?? {};
  await Promise.all([postgres?.stop(), temporal?.stop()]);
}
