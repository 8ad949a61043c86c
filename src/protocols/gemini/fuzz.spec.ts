import { grammarFault } from '../../../test/support/event-grammar.js';
import { mutateJson } from '../../../test/support/mutate-json.js';
import { loadRecordings } from '../../../test/support/recordings.js';
import { seededRandom } from '../../../test/support/seeded-random.js';
import type { ConversationEvent } from '../conversation.js';
import type { JsonObject } from '../read-json.js';
import { EventSplitter, parseEvent } from '../sse.js';
import { MalformedAnswerError } from '../translation.js';
import { decodeGeminiAnswer } from './decode-answer.js';
import { GeminiStreamDecoder } from './decode-stream.js';

const INPUTS = 5000;

const { recordings } = loadRecordings(['gemini.generate', 'gemini.stream']);
const streams = recordings
  .filter(({ response }) => response.bytes.subarray(0, 5).toString() === 'data:')
  .map(({ response }) => eventsOf(response.bytes));
const bodies = recordings
  .filter(({ response }) => response.bytes[0] === 0x7b)
  .map(({ response }) => JSON.parse(response.bytes.toString()) as JsonObject);

function eventsOf(bytes: Buffer): string[] {
  const splitter = new EventSplitter();
  const events = splitter.push(bytes).map((event) => parseEvent(event).data);
  return events.filter((data) => data !== null);
}

/** Whether it was read; anything but the decoder's own error fails the test. */
function survives(decode: () => void): boolean {
  try {
    decode();
    return true;
  } catch (error) {
    if (error instanceof MalformedAnswerError) return false;
    throw error;
  }
}

function mutateText(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  if (random() < 0.3) return text.slice(0, at);
  return (
    text.slice(0, at) + String.fromCodePoint(Math.floor(32 + random() * 95)) + text.slice(at + 1)
  );
}

function mutateEvent(data: string, random: () => number): string {
  if (random() < 0.3) return mutateText(data, random);
  try {
    return JSON.stringify(mutateJson(JSON.parse(data), random));
  } catch {
    return mutateText(data, random);
  }
}

describe("Gemini's decoders", () => {
  it(`throw nothing but MalformedAnswerError for ${INPUTS} broken streams`, () => {
    const random = seededRandom(20_261_121);
    let read = 0;
    for (let input = 0; input < INPUTS; input++) {
      const original = streams[input % streams.length]!;
      const broken = Math.floor(random() * original.length);
      const events: ConversationEvent[] = [];
      const decoder = new GeminiStreamDecoder();
      const isRead = survives(() => {
        for (const [position, data] of original.entries()) {
          events.push(...decoder.push(position === broken ? mutateEvent(data, random) : data));
        }
        events.push(...decoder.end());
      });
      if (isRead) read++;
      expect(grammarFault(events)).toBeNull();
    }
    expect(read).toBeGreaterThan(0);
  });

  it(`throw nothing but MalformedAnswerError for ${INPUTS} broken answers`, () => {
    const random = seededRandom(7);
    let read = 0;
    for (let input = 0; input < INPUTS; input++) {
      const body = mutateJson(bodies[input % bodies.length], random);
      if (survives(() => decodeGeminiAnswer(body as JsonObject))) read++;
    }
    expect(read).toBeGreaterThan(0);
  });
});
