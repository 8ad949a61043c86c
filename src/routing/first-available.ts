import type { RoutingStrategy } from './strategies/routing-strategy.js';

/** No strategy at all, for a configuration that has routing switched off: the first by name that may be asked. */
export const firstAvailable: RoutingStrategy = {
  name: 'first_available',
  over: (candidates) => {
    const byName = [...candidates].sort((a, b) => (a.account.name < b.account.name ? -1 : 1));
    return { pick: (_request, accepts) => byName.find(accepts) };
  },
};
