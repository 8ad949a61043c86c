import type { Media } from '../conversation.js';

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),/i;

/** A data URL becomes its bytes, everything else stays an address. */
export function readMediaUrl(url: string): Media {
  const [head, mediaType, parameters = ''] = DATA_URL.exec(url) ?? [];
  if (head === undefined) return { kind: 'url', url, mediaType: null };
  const rest = url.slice(head.length);
  const data = /;base64$/i.test(parameters)
    ? rest
    : Buffer.from(decodeLeniently(rest), 'utf8').toString('base64');
  return { kind: 'base64', mediaType: mediaType || 'text/plain', data };
}

export function writeDataUrl(mediaType: string, data: string): string {
  return `data:${mediaType};base64,${data}`;
}

function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
