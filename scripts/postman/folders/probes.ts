import { equal, scene, test } from '../scene';
import type { Folder } from '../scene';

export const probes: Folder = {
  name: 'Probes and documentation',
  description: 'Open to everybody.',
  as: 'nobody',
  paths: ['/'],
  scenes: [
    scene('It is alive', 'get /healthz', { status: 200 }),
    scene('It is ready', 'get /readyz', { status: 200 }),
    scene('Its figures', 'get /metrics', {
      status: 200,
      after: test(
        'as Prometheus reads them',
        'pm.expect(pm.response.text()).to.include("# TYPE");',
      ),
    }),
    scene('Its OpenAPI document', 'get /api/schema/', {
      status: 200,
      after: test('of version 3.1', equal('answer.openapi', `'3.1.0'`)),
    }),
    scene('Swagger UI', 'get /api/docs/', { status: 200 }),
    scene('ReDoc', 'get /api/redoc/', { status: 200 }),
    scene('What Swagger UI loads', 'get /api/docs/assets/{name}', { status: 200 }),
  ],
};
