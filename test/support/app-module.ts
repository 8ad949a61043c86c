import '@nestjs/common';
import type { AppModule } from '../../src/app.module.js';

/**
 * The real AppModule, in this process. Imported late, because a CommonJS package in it requires Nest, which Jest can only do
 * once Nest's own modules are all evaluated.
 */
export async function loadAppModule(): Promise<typeof AppModule> {
  return (await import('../../src/app.module.js')).AppModule;
}
