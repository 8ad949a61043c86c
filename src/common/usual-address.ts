const SPELLED = /^\/+(?:openai\/)?(?:v1\/)*(?<resource>[a-z]+)(?=[/?]|$)/;

/** First words of the addresses at which programs find what they ask for; `deployments` are Azure's. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ...['chat', 'completions', 'embeddings', 'responses', 'models', 'messages'].map(
    (resource) => [resource, '/v1/'] as const,
  ),
  ['deployments', '/openai/'],
]);

/**
 * The address a program means. People give a client the gateway's address with `/v1` or without it, and with a slash at its end;
 * some clients put a `/v1` of their own behind, and Azure's an `/openai` in front.
 */
export function usualAddress(url: string): string {
  const resource = SPELLED.exec(url)?.groups!['resource'];
  const prefix = resource && PREFIXES.get(resource);
  return prefix ? prefix + url.slice(url.indexOf(resource)) : url;
}
