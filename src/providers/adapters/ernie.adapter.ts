import { openAiLike } from './openai-like.js';

/** Baidu Qianfan's v2 interface; the key is a `bce-v3/ALTAK-…` token. */
export const ernieAdapter = openAiLike({
  provider: 'ernie',
  aliases: ['baidu', 'qianfan'],
  defaultBaseUrl: 'https://qianfan.baidubce.com/v2',
  priceProvider: null,
  modelFamily: /^ernie-/i,
});
