/** The pages are files of this server alone, with hashed names, and nothing inline: what `src/server/console/door.ts` asks for. */
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/admin/',
  publicDir: 'public',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
