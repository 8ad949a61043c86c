import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Operation } from '../providers/provider-adapter.js';

interface RouteDocs {
  summary: string;
  example: Record<string, unknown>;
  required: string[];
}

const MESSAGES = [{ role: 'user', content: 'Say hello.' }];

const DOCS: Partial<Record<Operation, RouteDocs>> = {
  chat: {
    summary: "A chat completion in OpenAI's protocol, in one piece or streamed",
    example: { model: 'gpt-4.1-mini', messages: MESSAGES, stream: false },
    required: ['model', 'messages'],
  },
  completions: {
    summary: "A text completion in OpenAI's older protocol",
    example: { model: 'gpt-3.5-turbo-instruct', prompt: 'Say hello.', max_tokens: 16 },
    required: ['model', 'prompt'],
  },
  embeddings: {
    summary: "Embeddings in OpenAI's protocol",
    example: { model: 'text-embedding-3-small', input: 'hello' },
    required: ['model', 'input'],
  },
  responses: {
    summary: "A response in OpenAI's newer protocol, in one piece or streamed",
    example: { model: 'gpt-4.1-mini', input: 'Say hello.' },
    required: ['model'],
  },
  messages: {
    summary: "A message in Anthropic's protocol, in one piece or streamed",
    example: { model: 'claude-sonnet-4-5', max_tokens: 100, messages: MESSAGES },
    required: ['model', 'max_tokens', 'messages'],
  },
  count_tokens: {
    summary: 'How many input tokens a message would have',
    example: { model: 'claude-sonnet-4-5', messages: MESSAGES },
    required: ['model', 'messages'],
  },
};

/** What the documentation says of a call: only what the gateway reads; everything else is the provider's to describe. */
export function DescribesCall(operation: Operation): MethodDecorator {
  const { summary, example, required } = DOCS[operation]!;
  const properties = Object.fromEntries(
    Object.entries(example).map(([name, value]) => [name, { example: value }]),
  );
  return applyDecorators(
    ApiOperation({
      summary,
      description: 'Fields beyond these reach the provider as they are sent.',
    }),
    ApiBody({
      schema: { type: 'object', required, properties, additionalProperties: true, example },
    }),
    ApiOkResponse({
      description: "The provider's answer, with its own fields; events when `stream` is true",
      content: {
        'application/json': { schema: { type: 'object', additionalProperties: true } },
        'text/event-stream': { schema: { type: 'string' } },
      },
    }),
  );
}
