// What esbuild (build.mjs) and vitest (vitest.config.ts) make of files that are not scripts.

declare module "*.css";

declare module "*.woff2" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
