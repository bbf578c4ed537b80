import { expect, test } from 'vitest';
import { visit } from './fixture.ts';

test('the API description has every route by which people sign in, with what its body holds', async () => {
  const page = (await visit()).browser();
  const { body: document } = await page.get('/api/v1/openapi.json');
  const paths = Object.keys(document.paths).filter((path) => path.startsWith('/api/v1/auth/'));
  expect(paths.length).toBeGreaterThan(30);
  for (const path of paths) {
    const [[method, operation] = []] = Object.entries<{ summary: string; requestBody?: object }>(document.paths[path]);
    expect(operation?.summary, path).toMatch(/^[A-Z].*\.$/);
    const asked = await page.ask(
      method!.toUpperCase(),
      path.replaceAll(/\{\w+\}/g, 'x'),
      method === 'post' ? {} : undefined,
    );
    expect(asked.body.code, path).not.toBe('method_not_allowed');
  }
  const login = document.paths['/api/v1/auth/login'].post.requestBody.content['application/json'].schema;
  expect(Object.keys(login.properties).toSorted()).toEqual(['email', 'password']);
});
