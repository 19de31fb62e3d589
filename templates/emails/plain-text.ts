/**
 * Turns the plain form of an email into text. That form is what the mixins write when `plain` is set: a flat sequence
 * of h1, p (with br), dl (with dt and dd) and hr. All data in it is escaped, so every bracket belongs to a tag of ours.
 */
export function plainText(markup: string): string {
  const sections = [...markup.matchAll(/<(h1|p|dl)>(.*?)<\/\1>|<hr\s*\/?>/gs)].map(
    ([, tag = 'hr', content = '']) => section(tag, content),
  );
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function section(tag: string, content: string): string {
  switch (tag) {
    case 'h1':
      return `${inline(content)}\n${'='.repeat(Math.min(width(inline(content)), 60))}`;
    case 'dl':
      return columns(content);
    case 'p':
      return content
        .split(/<br\s*\/?>/)
        .map(inline)
        .filter((line) => line !== '')
        .join('\n');
    default:
      return '-'.repeat(60);
  }
}

const widestLabel = 72;

/** "Label:  value" lines with the values under each other; one over-long label doesn't push them all away. */
function columns(content: string): string {
  const pairs = [...content.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/gs)].map(
    ([, label = '', value = '']) => ({ label: `${inline(label)}:`, value: inline(value) }),
  );
  const widths = pairs.map(({ label }) => width(label)).filter((size) => size <= widestLabel);
  const column = Math.max(0, ...widths) + 2;
  return pairs
    .map(({ label, value }) => `${label}${' '.repeat(Math.max(1, column - width(label)))}${value}`)
    .join('\n');
}

function width(text: string): number {
  return Array.from(text).length;
}

/** The four characters that Pug escapes, `&` last so that an escaped entity in the data stays as it was typed. */
function inline(content: string): string {
  return content
    .replace(/<[^>]*>/g, '')
    .replace(/[ \t\r\n]+/g, ' ')
    .trim()
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
