/** Who may call what. `+ key`: the ADMIN_KEY too; `+ initial`: also before an initial password is changed. */
export const AUDIENCES: Record<string, string> = {
  'GET /': 'public',
  'GET /metrics': 'public',
  'GET /health': 'public',
  'GET /health/detailed': 'public',
  'GET /health/live': 'public',
  'GET /health/ready': 'public',

  'POST /api/auth/login': 'public',
  'POST /api/auth/refresh': 'public',
  'POST /api/auth/logout': 'user + initial',
  'GET /api/auth/me': 'user + initial',
  'POST /api/auth/password': 'user + initial',

  'GET /api/users': 'admin',
  'POST /api/users': 'admin',
  'GET /api/users/:id': 'admin',
  'PUT /api/users/:id': 'admin',
  'PATCH /api/users/:id': 'admin',
  'DELETE /api/users/:id': 'admin',

  'GET /api/keys': 'user',
  'POST /api/keys': 'user',
  'GET /api/keys/:id': 'user',
  'PUT /api/keys/:id': 'user',
  'PATCH /api/keys/:id': 'user',
  'DELETE /api/keys/:id': 'user',
  'POST /api/keys/:id/rotate': 'user',

  'GET /api/upstream-accounts': 'admin',
  'POST /api/upstream-accounts': 'admin',
  'GET /api/upstream-accounts/:id': 'admin',
  'PUT /api/upstream-accounts/:id': 'admin',
  'PATCH /api/upstream-accounts/:id': 'admin',
  'DELETE /api/upstream-accounts/:id': 'admin',

  'PUT /api/upstream-accounts/:id/circuit': 'admin',
  'GET /api/upstream-accounts/:id/health': 'admin',
  'POST /api/upstream-accounts/:id/test': 'admin',

  'GET /api/audit': 'admin',
  'GET /api/system/status': 'admin',

  'GET /v1/admin/status': 'admin + key',
  'GET /admin/v1/config/version': 'admin + key',
  'POST /admin/v1/config/reload': 'admin + key',

  'GET /admin/v1/providers': 'admin + key',
  'POST /admin/v1/providers': 'admin + key',
  'GET /admin/v1/providers/:id': 'admin + key',
  'PUT /admin/v1/providers/:id': 'admin + key',
  'DELETE /admin/v1/providers/:id': 'admin + key',

  'GET /admin/v1/master-keys': 'admin + key',
  'POST /admin/v1/master-keys': 'admin + key',
  'GET /admin/v1/master-keys/:id': 'admin + key',
  'PUT /admin/v1/master-keys/:id': 'admin + key',
  'DELETE /admin/v1/master-keys/:id': 'admin + key',

  'GET /v1/providers': 'admin + key',
  'POST /v1/providers': 'admin + key',
  'GET /v1/providers/:name/health': 'admin + key',

  'GET /api/stats/summary': 'user',
  'GET /api/stats/requests': 'user',
  'GET /api/stats/requests/:id': 'user',

  'GET /v1/routing/stats': 'admin + key',
  'GET /v1/routing/config': 'admin + key',
  'PUT /v1/routing/config': 'admin + key',
  'GET /v1/routing/config/versions': 'admin + key',
  'POST /v1/routing/config/versions/:version/restore': 'admin + key',
  'POST /v1/routing/explain': 'admin + key',

  'POST /v1/chat/completions': 'client',
  'POST /v1/completions': 'client',
  'POST /v1/embeddings': 'client',
  'POST /v1/responses': 'client',
  'POST /v1/messages': 'client',
  'POST /v1/messages/count_tokens': 'client',
  'GET /v1/models': 'client',
  'GET /v1/models/*id': 'client',
};
