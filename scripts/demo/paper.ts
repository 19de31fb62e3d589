import { styleText } from 'node:util';
import { formatMoney, isCurrency } from '../../billing/money';
import type { TimelineEvent } from './everbill-client';
import type { Check } from './checks';
import type { Mail } from './inbox';

type Style = Parameters<typeof styleText>[0];

/** Colour only where a terminal shows it and nobody asked for none (NO_COLOR). */
const colourful = process.stdout.isTTY && process.stdout.hasColors();
const styled = (style: Style, text: string) => (colourful ? styleText(style, text) : text);

const styleOf: Readonly<Record<string, Style>> = {
  invoice_paid: 'green',
  recovered: 'green',
  payment_failed: 'red',
  ended: 'yellow',
  cancellation_scheduled: 'yellow',
};

/** Writes the story to standard output. */
export const paper = {
  heading: (date: string, text: string) =>
    console.log(`\n${styled('bold', `${day(date)}  ${text}`)}`),
  happened: ({ at, type, text }: TimelineEvent) =>
    console.log(`  ${styled('dim', day(at))}  ${styled(styleOf[type] ?? 'reset', text)}`),
  mailed: ({ subject }: Mail) => console.log(styled('cyan', `      mailed: ${subject}`)),
  remark: (text: string) => console.log(styled('dim', `  ${text}`)),
  checked: ({ text, holds }: Check) =>
    console.log(`  ${holds ? styled('green', '✔') : styled('red', '✘ NOT TRUE:')} ${text}`),
  title: (text: string) => console.log(`\n${styled(['bold', 'underline'], text)}`),
  line: (text: string) => console.log(`  ${text}`),
};

/** Minor units as people write them: "$20.00". */
export function money(minor: number, currency: string): string {
  return isCurrency(currency)
    ? formatMoney(BigInt(minor), currency, 'en-US')
    : `${minor} ${currency}`;
}

const day = (instant: string) => instant.slice(0, 10);
