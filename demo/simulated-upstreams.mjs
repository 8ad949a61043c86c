import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A model provider on a free local port that answers every question with a short text of its own, word by word.
 * @param {object} options
 * @param {'openai' | 'anthropic'} options.protocol what it speaks
 * @param {string} options.name said in the answer, so that one sees who gave it
 * @param {readonly string[]} options.models what its model list names
 * @param {number} [options.wordDelayMs]
 */
export async function startSimulatedUpstream({ protocol, name, models, wordDelayMs = 40 }) {
  const speak = PROTOCOLS[protocol];
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request, response) {
    if (request.url.endsWith('/models')) {
      return json(response, 200, {
        object: 'list',
        data: models.map((id) => ({ id, object: 'model', type: 'model', display_name: id })),
        has_more: false,
      });
    }
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8'));
    if (request.url.includes('/count_tokens')) {
      return json(response, 200, { input_tokens: wordsOf(body).length });
    }
    const words = `Hello! This is ${name}, a simulated upstream, answering as ${body.model}.`.split(
      ' ',
    );
    const usage = { input: wordsOf(body).length, output: words.length };
    if (!body.stream) return json(response, 200, speak.whole(body, words.join(' '), usage));
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    for (const event of speak.before(body, usage)) response.write(event);
    for (const [index, word] of words.entries()) {
      if (response.destroyed) return;
      await sleep(wordDelayMs);
      response.write(speak.word(body, index ? ` ${word}` : word));
    }
    response.end(speak.after(body, usage).join(''));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    name,
    url: `http://127.0.0.1:${server.address().port}`,
    /** At once, as a machine does that loses its power. */
    async stop() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function json(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** A word for a token: near enough for a simulation. */
function wordsOf({ messages = [], system }) {
  return JSON.stringify([system, messages.map(({ content }) => content)]).match(/\w+/g) ?? [];
}

const openai = {
  whole: (body, text, usage) => ({
    id: 'chatcmpl-simulated',
    object: 'chat.completion',
    created: seconds(),
    model: body.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text },
        finish_reason: 'stop',
        logprobs: null,
      },
    ],
    usage: openaiUsage(usage),
  }),
  before: (body) => [
    chunk(body, [{ delta: { role: 'assistant', content: '' }, finish_reason: null }]),
  ],
  word: (body, word) => chunk(body, [{ delta: { content: word }, finish_reason: null }]),
  after: (body, usage) => [
    chunk(body, [{ delta: {}, finish_reason: 'stop' }]),
    ...(body.stream_options?.include_usage ? [chunk(body, [], openaiUsage(usage))] : []),
    'data: [DONE]\n\n',
  ],
};

function chunk(body, choices, usage) {
  const event = {
    id: 'chatcmpl-simulated',
    object: 'chat.completion.chunk',
    created: seconds(),
    model: body.model,
    choices: choices.map((choice) => ({ index: 0, ...choice })),
    ...(usage && { usage }),
  };
  return `data: ${JSON.stringify(event)}\n\n`;
}

function openaiUsage({ input, output }) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function seconds() {
  return Math.floor(Date.now() / 1000);
}

const anthropic = {
  whole: (body, text, usage) => ({
    ...message(body),
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: usage.input, output_tokens: usage.output },
  }),
  before: (body, usage) => [
    event('message_start', {
      message: {
        ...message(body),
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: usage.input, output_tokens: 1 },
      },
    }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ],
  word: (_, word) =>
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: word } }),
  after: (_, usage) => [
    event('content_block_stop', { index: 0 }),
    event('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: usage.output },
    }),
    event('message_stop', {}),
  ],
};

function message({ model }) {
  return { id: 'msg_simulated', type: 'message', role: 'assistant', model };
}

function event(type, fields) {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

const PROTOCOLS = { openai, anthropic };
