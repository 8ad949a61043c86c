import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';
import { ConfigurationSource } from './configuration-source.js';

describe('ConfigurationSource', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-source-'));
    path = join(directory, 'config.yaml');
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('finds nothing where the usual file is not there, and reads it when it comes', async () => {
    const source = open();
    expect(source.read()).toBeNull();
    expect(await source.version()).toBe(source.lastRead);
    writeFileSync(path, 'verify_ssl: false\n');
    expect(await source.version()).not.toBe(source.lastRead);
    expect(source.read()).toMatchObject({ verify_ssl: false });
    expect(await source.version()).toBe(source.lastRead);
  });

  it('refuses a file that has gone', () => {
    writeFileSync(path, '');
    const source = open();
    source.read();
    rmSync(path);
    expect(() => source.read()).toThrow('config.yaml: cannot be read (ENOENT)');
  });

  it('refuses a file that was named and is not there', () => {
    expect(() => open(true).read()).toThrow(ConfigError);
  });

  it('counts a file with a fault as read', async () => {
    writeFileSync(path, 'colour: red\n');
    const source = open();
    expect(() => source.read()).toThrow('config.yaml:1: colour: unknown key');
    expect(await source.version()).toBe(source.lastRead);
  });

  it('fills in what the environment says now', () => {
    const variables: Record<string, string> = { HOST: 'one' };
    writeFileSync(path, 'server: { host: "${HOST}" }\n');
    const source = new ConfigurationSource({ path, mustExist: true, readAgain: () => variables });
    expect(source.read()!.server.host).toBe('one');
    variables['HOST'] = 'two';
    expect(source.read()!.server.host).toBe('two');
  });

  it('notices a file that an editor puts in the place of the old one, of the same size', async () => {
    writeFileSync(path, 'server: { port: 1 }\n');
    const source = open();
    source.read();
    writeFileSync(`${path}.new`, 'server: { port: 2 }\n');
    renameSync(`${path}.new`, path);
    expect(await source.version()).not.toBe(source.lastRead);
    expect(source.read()!.server.port).toBe(2);
  });

  it('notices that Kubernetes has turned the link to the folder', async () => {
    for (const port of [1, 2]) {
      mkdirSync(join(directory, `..${port}`));
      writeFileSync(join(directory, `..${port}`, 'config.yaml'), `server: { port: ${port} }\n`);
    }
    turnLink('..1');
    symlinkSync(join('..data', 'config.yaml'), path);
    const source = open();
    expect(source.read()!.server.port).toBe(1);
    turnLink('..2');
    expect(await source.version()).not.toBe(source.lastRead);
    expect(source.read()!.server.port).toBe(2);
  });

  function open(mustExist = false): ConfigurationSource {
    return new ConfigurationSource({ path, mustExist, readAgain: () => ({}) });
  }

  /** As the kubelet does: a new link is renamed over the old one. */
  function turnLink(target: string): void {
    symlinkSync(target, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  }
});
