/** The paths of the old interface that do not follow from the model's name, from Baidu's list of models. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  'ernie-4.0': 'completions_pro',
  'ernie-4.0-8k': 'completions_pro',
  'ernie-bot-4': 'completions_pro',
  'ernie-3.5-8k': 'completions',
  'ernie-bot': 'completions',
  'ernie-bot-8k': 'ernie_bot_8k',
  'ernie-bot-turbo': 'eb-instant',
  'ernie-lite-8k-0922': 'eb-instant',
  'ernie-lite-8k-0308': 'ernie-lite-8k',
  'ernie-speed': 'ernie_speed',
  'ernie-speed-8k': 'ernie_speed',
  'ernie-character-8k': 'ernie-char-8k',
  'ernie-functions-8k': 'ernie-func-8k',
  'bloomz-7b': 'bloomz_7b1',
};

/** The last step of a chat model's path; a model nobody listed is called by its name in lower case. */
export function ernieEndpoint(model: string): string {
  const name = model.toLowerCase();
  return Object.hasOwn(ENDPOINTS, name) ? ENDPOINTS[name]! : encodeURIComponent(name);
}
