import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

import { intoThePackage } from "./tools/into_the_package.ts";

// Everything in one file, which then lies in the Python package as its template.
export default defineConfig({
  plugins: [viteSingleFile({ removeViteModuleLoader: true }), intoThePackage()],
  build: { target: "es2022", assetsInlineLimit: 100_000_000, chunkSizeWarningLimit: 2_000, license: true },
});
