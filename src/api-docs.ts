import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, getSchemaPath, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ErrorDto } from './common/error.dto.js';

/** Routes that answer errors in the protocol of their clients rather than in our own form. */
const CLIENT_ROUTES = /^\/v1\/(?!providers|routing|admin)/;

const PEOPLE =
  'An access token; on /admin/v1, /v1/providers, /v1/routing and /v1/admin the ADMIN_KEY as well';

/** Swagger UI and the document behind it; the document is only built when somebody asks for it. */
export function setUpApiDocs(app: NestExpressApplication): void {
  const options = new DocumentBuilder()
    .setTitle('LLM gateway')
    .setDescription(
      'Programs call the /v1 routes with an API key; people call the rest with the access token of POST /api/auth/login.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: PEOPLE }, 'people')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key' }, 'programs')
    .build();
  const createDocument = (): OpenAPIObject =>
    withErrors(SwaggerModule.createDocument(app, options, { extraModels: [ErrorDto] }));
  SwaggerModule.setup('swagger-ui', app, createDocument, {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'LLM gateway',
    swaggerOptions: { persistAuthorization: true },
  });
}

/** Every route can fail, and all in the same form: said once here instead of at each of them. */
function withErrors(document: OpenAPIObject): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    const answer = CLIENT_ROUTES.test(path)
      ? { description: "An error in the protocol's own form" }
      : {
          description: 'An error',
          content: { 'application/json': { schema: { $ref: getSchemaPath(ErrorDto) } } },
        };
    for (const operation of [item.get, item.post, item.put, item.patch, item.delete]) {
      if (operation) operation.responses['default'] ??= answer;
    }
  }
  return document;
}
