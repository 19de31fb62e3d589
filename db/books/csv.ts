/** A record of RFC 4180, with its line end. Fields are quoted where they must be. */
export function csvRecord(fields: readonly string[]): string {
  return `${fields.map(quoted).join(',')}\r\n`;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/**
 * Text that a spreadsheet takes as text: what begins like a formula gets an apostrophe in front. Not for numbers.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export function plainText(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}
