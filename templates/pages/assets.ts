import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname, join, parse } from 'node:path';

/** A file that pages load; its name tells its contents, so that it may be kept for ever. */
export interface PageAsset {
  name: string;
  contentType: string;
  text: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

const files = ['pay.css', 'pay-with-stripe.js'] as const;

const assets = new Map<string, PageAsset>(files.map((file) => [file, load(file)]));

function load(file: string): PageAsset {
  const text = readFileSync(join(__dirname, file), 'utf8');
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const { name, ext } = parse(file);
  return { name: `${name}-${digest}${ext}`, contentType: contentTypes[extname(file)] ?? '', text };
}

/** Where a page finds one of its files. @throws Error for a file that it doesn't have */
export function assetPath(file: string): string {
  const asset = assets.get(file);
  if (asset === undefined) throw new Error(`There is no page asset ${file}.`);
  return `/pay/assets/${asset.name}`;
}

/** The file with this name, its digest included. */
export const assetNamed = (name: string): PageAsset | undefined =>
  [...assets.values()].find((asset) => asset.name === name);
