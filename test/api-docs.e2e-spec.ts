import { AUDIENCES } from './support/audiences.js';
import { Gateway } from './support/gateway.js';

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  example?: unknown;
  enum?: unknown[];
}

interface Operation {
  tags?: string[];
  summary?: string;
  security?: Record<string, unknown>[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** For balancers, Prometheus and clients made for another provider's addresses, not for people with a browser. */
const NOT_DOCUMENTED = /^(GET \/(metrics)?$|POST \/openai\/)/;
const SCHEMES: Record<string, string | undefined> = {
  client: 'programs',
  user: 'people',
  admin: 'people',
};

describe('the documentation of the API', () => {
  let gateway: Gateway;
  let document: {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Schema>; securitySchemes: object };
  };
  let operations: Map<string, Operation>;

  beforeAll(async () => {
    gateway = await Gateway.start();
    document = (await gateway.call('GET', '/openapi.json')).body;
    operations = new Map(
      Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => [
          `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
          operation,
        ]),
      ),
    );
  });

  afterAll(async () => {
    await gateway?.stop();
  });

  const routes = Object.entries(AUDIENCES)
    .filter(([route]) => !NOT_DOCUMENTED.test(route))
    .map(([route, audience]) => [route.replace('*', ':'), audience] as const);

  it('has every route that there is, and no other', () => {
    expect([...operations.keys()].sort()).toEqual(routes.map(([route]) => route).sort());
  });

  it.each(routes)('asks for the right credential: %s is for %s', (route, audience) => {
    const scheme = SCHEMES[audience.split(' ')[0]!];
    expect(operations.get(route)!.security).toEqual(scheme ? [{ [scheme]: [] }] : undefined);
    expect(document.components.securitySchemes).toMatchObject({ people: {}, programs: {} });
  });

  it.each(routes)('says what %s answers', (route) => {
    const { tags, summary, responses } = operations.get(route)!;
    expect(summary).toMatch(/\w/);
    expect(tags).toHaveLength(1);
    expect(tags![0]).toMatch(/^[A-Z]/);
    const [status, success] = Object.entries(responses)[0]!;
    expect(status).toMatch(/^2/);
    if (status !== '204' && !route.includes(' /v1/')) expect(success.content).toBeDefined();
    expect(responses['default']).toBeDefined();
  });

  it.each(routes.filter(([route]) => /^(POST|PUT|PATCH)/.test(route)))(
    'has an example of each field of the body of %s',
    (route) => {
      const { requestBody } = operations.get(route)!;
      if (/\/(logout|test|restore|reload)$/.test(route)) return;
      const body = sample(requestBody!.content['application/json']!.schema) as object;
      expect(Object.keys(body).length).toBeGreaterThan(0);
      expect(JSON.stringify(body)).not.toContain(MISSING);
    },
  );

  it('has examples that work as they stand', async () => {
    const post = (route: string, token?: string) => {
      const { schema } = operations.get(`POST ${route}`)!.requestBody!.content['application/json']!;
      return gateway.call('POST', route, { body: sample(schema), ...(token && { token }) });
    };
    const login = await post('/api/auth/login');
    expect(login.status).toBe(200);
    const token = login.body.access_token as string;
    for (const route of [
      '/api/users',
      '/api/keys',
      '/api/upstream-accounts',
      '/admin/v1/providers',
      '/admin/v1/master-keys',
    ]) {
      const answer = await post(route, token);
      expect([route, answer.status, answer.text]).toEqual([route, 201, expect.anything()]);
      const update = operations.get(`PUT ${route}/:id`)!.requestBody!.content['application/json']!;
      const path = `${route}/${answer.body.id}`;
      const changed = await gateway.call('PUT', path, { token, body: sample(update.schema) });
      expect([path, changed.status, changed.text]).toEqual([path, 200, expect.anything()]);
      await gateway.call('DELETE', path, { token });
    }
    expect((await post('/v1/providers', token)).status).toBe(201);
  });

  it('is shown at /swagger-ui/', async () => {
    const { status, text } = await gateway.call('GET', '/swagger-ui/');
    expect(status).toBe(200);
    expect(text).toContain('swagger-ui-bundle.js');
    expect((await gateway.call('GET', '/swagger-ui/swagger-ui-bundle.js')).status).toBe(200);
    expect((await gateway.call('GET', '/openapi.yaml')).text).toContain('openapi: 3');
  });

  const MISSING = 'no example';

  /** The body that Swagger UI puts into its form. */
  function sample(schema: Schema): unknown {
    if (schema.example !== undefined) return schema.example;
    if (schema.$ref) return sample(document.components.schemas[schema.$ref.split('/').at(-1)!]!);
    if (schema.allOf) return sample(schema.allOf[0]!);
    if (schema.properties) {
      return Object.fromEntries(
        Object.entries(schema.properties).map(([name, field]) => [name, sample(field)]),
      );
    }
    return schema.enum?.[0] ?? MISSING;
  }
});
