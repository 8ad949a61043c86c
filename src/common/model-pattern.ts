const PATTERN = /^(?:\*|\*?[^*\s]+|[^*\s]+\*)$/;
const MAX_LENGTH = 256;

/** A model's name, `*` for every model, or a name with one `*` at its start or its end. */
export function isModelPattern(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_LENGTH && PATTERN.test(value);
}

/** Whether one of the patterns names the model. No regular expression: patterns come from people, models from clients. */
export function allowsModel(patterns: readonly string[], model: string): boolean {
  return patterns.some((pattern) => matches(pattern, model));
}

function matches(pattern: string, model: string): boolean {
  if (pattern === '*' || pattern === model) return true;
  if (pattern.endsWith('*')) return model.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') && model.endsWith(pattern.slice(1));
}

/** Whether a pattern is a model's name and not a family of names. */
export function isModelName(pattern: string): boolean {
  return !pattern.includes('*');
}
