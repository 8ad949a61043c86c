import type { IncomingMessage } from 'node:http';
import { InvalidRequestError, PayloadTooLargeError } from '../common/gateway-error.js';

/**
 * Reads a body whole, up to a bound; an announced length over it is refused before anything is read.
 * @param take claims room for so many bytes more; throws when there is none
 * @throws PayloadTooLargeError, InvalidRequestError when the client breaks off or sends an encoding, and what `take` throws
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  take: (bytes: number) => void = () => undefined,
): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) return Promise.reject(tooLarge(maxBytes));
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return Promise.reject(new InvalidRequestError(`content-encoding ${encoding} is not supported`));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      try {
        if (length > maxBytes) throw tooLarge(maxBytes);
        take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        request.pause();
        request.removeAllListeners('data');
        reject(error as Error);
      }
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('close', () => {
      // Every request closes; an error costs its stack even when nobody hears of it.
      if (!request.readableEnded) reject(new InvalidRequestError('the request broke off'));
    });
  });
}

function tooLarge(maxBytes: number): PayloadTooLargeError {
  return new PayloadTooLargeError(`request body larger than ${maxBytes} bytes`);
}
