import type { IncomingMessage } from 'node:http';

/** The path a request asks for, without its query; also of one that names the whole address, as it does to a proxy. */
export function pathOf({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  if (!url.startsWith('/')) return URL.parse(url)?.pathname ?? '/';
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
