import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Holds the first paint until the theme is known, so that a dark page never flashes white. */
function blockFirstPaint(): Plugin {
  return {
    name: "hearth-block-first-paint",
    transformIndexHtml: {
      order: "post",
      handler: (html) =>
        html.replace('<script type="module"', '<script type="module" blocking="render"'),
    },
  };
}

const core = process.env["HEARTH_CORE"] ?? "http://127.0.0.1:4599";

export default defineConfig({
  plugins: [svelte(), blockFirstPaint()],
  base: "./",
  build: {
    target: "es2022",
    // The page's content policy allows no data: addresses, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    port: 4600,
    proxy: {
      "/api": { target: core, changeOrigin: true },
      "/v1": { target: core, changeOrigin: true },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/test_setup.ts"],
  },
});
