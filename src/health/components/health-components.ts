import type { HealthComponent } from './health-component.js';

/** All components, in the order in which they are shown. */
export class HealthComponents {
  constructor(readonly all: readonly HealthComponent[]) {}
}
