/** What of chaos runs with the tests: rounds of each scenario. The guarantees of the docs need these. */
export const SHORT: Readonly<Record<string, number>> = {
  restart: 3,
  silence: 1,
  standby: 1,
  disk: 1,
  terminate: 1,
  timeouts: 2,
  isolation: 1,
  connections: 1,
};
