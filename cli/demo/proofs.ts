/** The counts that prove that nothing was lost and nothing was done twice. */

/** A claim, the statement that counts, and what it found. */
export interface Proof {
  readonly claim: string;
  /** Gives one row with `count`. */
  readonly sql: string;
  readonly expected: number;
  readonly found: number;
  readonly passed: boolean;
}

/**
 * @param schema Where the tables are; a valid name.
 * @param steps Steps that each order has.
 */
export function proofs(schema: string, orders: number, steps: number): Omit<Proof, "found" | "passed">[] {
  return [
    {
      claim: "Orders completed",
      sql: `select count(*) from ${schema}.instances where status = 'completed'`,
      expected: orders,
    },
    {
      claim: "Orders in any other state",
      sql: `select count(*) from ${schema}.instances where status <> 'completed'`,
      expected: 0,
    },
    {
      claim: "Steps committed",
      sql: `select count(*) from ${schema}.steps`,
      expected: orders * steps,
    },
    {
      claim: "Different steps: order and element",
      sql: `select count(*) from (select distinct instance_id, element_id from ${schema}.steps) different`,
      expected: orders * steps,
    },
    {
      claim: "Steps committed twice",
      sql:
        `select count(*) from (select 1 from ${schema}.steps group by instance_id, element_id having count(*) > 1) twice`,
      expected: 0,
    },
    {
      claim: "Jobs left over",
      sql: `select count(*) from ${schema}.jobs where instance_id is not null`,
      expected: 0,
    },
  ];
}
