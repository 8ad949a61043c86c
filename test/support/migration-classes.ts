import { glob } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

type Class = new () => object;

/** TypeORM's own globs import outside of Jest's module registry, where decorators would register with another TypeORM. */
export async function classesOf(pattern: string): Promise<Class[]> {
  const classes: Class[] = [];
  for await (const file of glob(pattern)) {
    const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    classes.push(
      ...(Object.values(exported).filter((value) => typeof value === 'function') as Class[]),
    );
  }
  return classes;
}

/** Every migration of the built gateway. */
export function migrationClasses(): Promise<Class[]> {
  return classesOf('dist/migrations/*.js');
}
