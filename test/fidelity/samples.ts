/**
 * One parameter of a client's request: its name, and a body that has it on top of `BASE`. Where there is a MARK in it, that is
 * what has to arrive; else the upstream's request must differ from that of the base.
 */
export type Samples = Readonly<Record<string, Record<string, unknown>>>;

export const tool = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
export const chatTool = {
  type: 'function',
  function: { name: 'weather', description: 'The weather.', parameters: tool },
};
export const messageTool = { name: 'weather', description: 'The weather.', input_schema: tool };
export const image = `data:image/png;base64,${Buffer.from('png').toString('base64')}`;
export const pdf = Buffer.from('%PDF-1.4').toString('base64');
export const schema = { name: 'answer', schema: tool };
export const user = (content: unknown) => ({ messages: [{ role: 'user', content }] });

export const past = (turn: unknown) => ({
  messages: [{ role: 'user', content: 'hi' }, turn, { role: 'user', content: 'again' }],
});
