// What esbuild's loaders in build.mjs make of files that are not TypeScript.
declare module "*.css";
declare module "*.lazy.css" {
  /** The sheet's text. */
  const sheet: string;
  export default sheet;
}
declare module "*.svg" {
  /** The file's text. */
  const markup: string;
  export default markup;
}
declare module "*.woff2" {
  /** The file's address, relative to the bundle. */
  const address: string;
  export default address;
}
