/** Passwords that must never be shown. */

/** Hides the password of a database URL. @returns The URL with `***`; other text as it is. */
export function hidePassword(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*:)[^/\s]*@/i, "$1***@")
    .replace(/([?&]password=)[^&#\s]*/gi, "$1***");
}

/**
 * Collects the forms in which a database URL's password may turn up in a message.
 *
 * @returns A function that replaces them all by `***`.
 */
export function secretFilter(urls: readonly (string | undefined)[]): (text: string) => string {
  const secrets = new Set<string>();
  for (const url of urls) {
    if (url === undefined) continue;
    const raw = [
      /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*:([^/\s]*)@/i.exec(url)?.[1],
      /[?&]password=([^&#\s]*)/i.exec(url)?.[1],
    ];
    for (const secret of raw) {
      if (!secret) continue;
      secrets.add(secret);
      try {
        secrets.add(decodeURIComponent(secret));
      } catch {
        // Not percent-encoded: the raw form is all there is.
      }
    }
  }
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((result, secret) => result.replaceAll(secret, "***"), hideUrls(text));
}

/** Hides the passwords of all URLs within a text. */
function hideUrls(text: string): string {
  return text.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi, (url) => hidePassword(url));
}
