import { rm } from 'node:fs/promises';

export default async function teardown() {
  if (!globalThis.__POSTGRES__) return;
  const { server, directory } = globalThis.__POSTGRES__;
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
