import { ernieEndpoint } from '../../protocols/ernie/model-endpoints.js';
import { readErnieToken } from '../../protocols/ernie/token.js';
import type { ProviderAdapter } from '../provider-adapter.js';

const CHAT = '/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/';

/**
 * Baidu's interface before Qianfan v2, for servers that still have it. The account's key is `API_KEY:SECRET_KEY`, for which
 * an access token is asked that then stands in the address.
 */
export const ernieV1Adapter: ProviderAdapter = {
  provider: 'ernie-v1',
  aliases: ['wenxin', 'baidu-v1'],
  protocol: 'ernie',
  defaultBaseUrl: 'https://aip.baidubce.com',
  priceProvider: null,
  modelFamily: null,
  usageOnRequest: false,
  supports: () => false,
  accessToken: {
    request: ({ baseUrl, secret }) => {
      const [id = '', key = ''] = secret.split(':');
      const query = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: id,
        client_secret: key,
      });
      return { url: `${trimmed(baseUrl)}/oauth/2.0/token?${query}`, headers: {} };
    },
    read: readErnieToken,
  },
  address: ({ baseUrl, secret }, { model }) => ({
    url: `${trimmed(baseUrl)}${CHAT}${ernieEndpoint(model)}?access_token=${encodeURIComponent(secret)}`,
    headers: {},
  }),
  // The old interface has no list of models; asking for a token is as free, and needs both halves of the key.
  modelList: (target) => ernieV1Adapter.accessToken!.request(target),
};

function trimmed(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '');
}
