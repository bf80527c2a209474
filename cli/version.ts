/** The version of `deno.json`: a test keeps both the same. */
export const VERSION = "0.1.0";
