/** What `sql/roles.sql` and `sql/row_level_security.sql` make, for tests. */
import { sql } from "./postgres_sql.ts";

/** Roles of one test. */
export interface TestRoles extends AsyncDisposable {
  /** Makes a role that can log in. @returns The database's address for it. */
  login(name: string): Promise<string>;
  /** What {@link login} called it. */
  roleOf(name: string): string;
}

/** The scripts as they stand, with roles of the test's own: roles belong to the whole server. */
export async function roles(
  owner: string,
  options: { readonly rowLevelSecurity: boolean },
): Promise<TestRoles> {
  const suffix = crypto.randomUUID().slice(0, 8);
  const app = `baton_app_${suffix}`;
  const read = async (name: string): Promise<string> =>
    (await Deno.readTextFile(new URL(`../../sql/${name}`, import.meta.url))).replaceAll("baton_app", app);
  const made: string[] = [];
  const run = async () => {
    if (options.rowLevelSecurity) await sql(owner, await read("row_level_security.sql"));
    await sql(owner, await read("roles.sql"));
  };
  await run();
  await run(); // again: harmless
  return {
    async login(name: string): Promise<string> {
      const role = `${name}_${suffix}`;
      await sql(owner, `create role ${role} login password 'pw' in role ${app}`);
      made.push(role);
      const url = new URL(owner);
      url.username = role;
      url.password = "pw";
      return url.href;
    },
    roleOf: (name: string) => `${name}_${suffix}`,
    async [Symbol.asyncDispose]() {
      for (const role of [...made, app]) await sql(owner, `drop owned by ${role}; drop role ${role}`);
    },
  };
}
