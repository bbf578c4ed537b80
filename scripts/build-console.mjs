// Builds the pages at /admin (`console/` → `console/dist`). Runs after `npm ci` too, also where the development packages were
// left out: there is nothing to build with then, and the server says so at /admin. Plain JavaScript: any Node can read it.
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../console/', import.meta.url));

/** Null where Vite is not installed. A Vite that is there and breaks is a fault, and told. */
async function installedVite() {
  try {
    return await import('vite');
  } catch (error) {
    if (error?.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes("'vite'")) return null;
    throw error;
  }
}

const vite = await installedVite();
if (vite === null)
  process.stdout.write('The pages at /admin are not built: the development packages are not installed.\n');
else await vite.build({ root, configFile: `${root}vite.config.ts`, logLevel: 'warn' });
