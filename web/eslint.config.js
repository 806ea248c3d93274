import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

export default ts.config(
  { ignores: ["dist/", "node_modules/"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      // Addresses are plain hash routes; there is no SvelteKit here to resolve them.
      "svelte/no-navigation-without-resolve": "off",
      // Local maps and queries are built, read and thrown away; state is declared with $state.
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  {
    files: ["mock/**/*.mjs", "compress.mjs", "*.config.*", "vite.config.ts"],
    languageOptions: { globals: { ...globals.node } },
  },
  { rules: { eqeqeq: "error", "no-console": "error" } },
  { files: ["mock/**/*.mjs", "compress.mjs"], rules: { "no-console": "off" } },
);
