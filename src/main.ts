import './young-generation.js';

// Only now: a static import would be loaded, with all its garbage, before the line above had run.
await import('reflect-metadata');
const { run } = await import('./bootstrap.js');

await run();
