// Bundles the browser's part of the board with esbuild.
//
//   node build.mjs            the entries named below, and the CSS they import -> static/dist
//   node build.mjs test       bundles every src/**/*.test.ts(x) for node and runs them with node --test
//   node build.mjs test wire  only the test files whose path contains "wire"
//   node build.mjs script src/canvas/trial.ts OUT
//                             one script for a page of its own, for tests and measurements
//
// Every file in dist carries a hash of its content in its name, so it may be cached for ever.
// dist/manifest.json maps the plain names to those: {"app.js": "app-4XQ2L3ZB.js", "app.css": ...}.
// What app.js shares with scripts that are loaded later is in files of its own; those that it
// needs at once are "app.1.js", "app.2.js" there. Beside each script and style sheet lies what
// Brotli makes of it, with .br behind its name.
// Tests run with static/ as the current folder.

import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
process.chdir(here);

/** What both kinds of bundle share. */
const shared = {
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  loader: { ".woff2": "file", ".svg": "text", ".lazy.css": "text" },
};

/** The scripts of a board's page: what it begins with, and what it imports when that is needed. */
const entries = {
  app: "src/main.tsx",
  begin: "src/ui/begin.tsx",
  detour: "src/detour/index.ts",
  edit: "src/edit/index.tsx",
  panels: "src/edit/panels.tsx",
  find: "src/find/index.tsx",
  pictures: "src/ui/pictures.ts",
  signs: "src/canvas/signs.ts",
  together: "src/together/index.tsx",
  workshop: "src/workshop/index.tsx",
  results: "src/results/index.tsx",
  people: "src/people/index.tsx",
  waiting: "src/people/waiting.tsx",
  comments: "src/comments/index.tsx",
  gather: "src/gather/index.tsx",
  voting: "src/voting/index.tsx",
  private: "src/private/index.tsx",
  lead: "src/workshop/lead.tsx",
};

/** Those of other pages. They share no file with a board's page, which would load it in more parts. */
const frontEntries = { home: "src/home.ts", desk: "src/desk/index.tsx", join: "src/styles/join.css" };

/** A style sheet that comes with a later script is text, and that script adopts it. */
const smallSheets = {
  name: "small sheets",
  setup({ onLoad }) {
    onLoad({ filter: /[.]lazy[.]css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

/** Of an icon only its shapes are taken: what stands around them is the same in all. */
const plainIcons = {
  name: "plain icons",
  setup({ onLoad }) {
    onLoad({ filter: /[.]svg$/ }, ({ path }) => ({
      contents: (readFileSync(path, "utf8").match(/<\w+\s[^>]*\/>/g) ?? []).join(""),
      loader: "text",
    }));
  },
};

/** What the first of them imports, but for styles. */
const begin = ["src/ui/app.tsx", "src/ui/store.ts"];

/**
 * Whatever is imported later comes to a page that has begun. Saying so (by importing that)
 * lets the bundler put all that a page begins with into one file: else there is one for each set
 * of later scripts that share a module, and many small files compress badly.
 */
const afterTheBegin = {
  name: "after the begin",
  setup({ onLoad, onResolve }) {
    const later = new Set(Object.values(entries).slice(1).map((path) => join(here, path)));
    onLoad({ filter: /[.]tsx?$/ }, ({ path }) => {
      if (!later.has(path)) return undefined;
      const imports = begin.map((module) => `import ${JSON.stringify(join(here, module))};\n`).join("");
      return { contents: imports + readFileSync(path, "utf8"), loader: path.endsWith("x") ? "tsx" : "ts" };
    });
    onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
      const source = join(resolveDir, path).replace(/[.]js$/, "");
      if (kind !== "dynamic-import" || later.has(`${source}.ts`) || later.has(`${source}.tsx`)) return undefined;
      return { errors: [{ text: `${path} is imported later: name it among the entries in build.mjs` }] };
    });
  },
};

/** The outputs that an entry imports at once, and those that they import. */
function importedBy(outputs, entry) {
  const found = Object.keys(outputs).filter((path) => outputs[path].entryPoint === entry);
  for (const path of found) {
    for (const { path: imported, kind } of outputs[path].imports) {
      if (kind === "import-statement" && !found.includes(imported)) found.push(imported);
    }
  }
  return found.slice(1);
}

/** Bundles the page into dist, and swaps the new folder in only when it is whole. */
async function bundlePage() {
  const fresh = mkdtempSync(join(here, ".dist-"));
  try {
    const outputs = {};
    for (const entryPoints of [entries, frontEntries]) {
      const { metafile } = await build({
        ...shared,
        plugins: [smallSheets, plainIcons, ...(entryPoints === entries ? [afterTheBegin] : [])],
        entryPoints,
        outdir: fresh,
        splitting: true,
        entryNames: "[name]-[hash]",
        chunkNames: "[name]-[hash]",
        assetNames: "[name]-[hash]",
        minify: true,
        // A .woff used as the fallback of a .woff2 is dead weight: every browser that runs es2022 reads woff2.
        external: ["*.woff"],
        metafile: true,
      });
      Object.assign(outputs, metafile.outputs);
    }
    const manifest = {};
    const parts = importedBy(outputs, entries.app);
    for (const path of Object.keys(outputs).sort()) {
      const file = basename(path);
      const at = parts.indexOf(path);
      const plain = file.startsWith("chunk-") ? file : file.replace(/-[A-Z0-9]{8}(?=\.\w+$)/, "");
      const name = at < 0 ? plain : `app.${at + 1}.js`;
      if (name in manifest) throw new Error(`two files of the bundle are named ${name}`);
      manifest[name] = file;
      if (/[.](css|js)$/.test(file)) {
        writeFileSync(join(fresh, `${file}.br`), brotliCompressSync(readFileSync(join(fresh, file))));
      }
    }
    writeFileSync(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    rmSync("dist", { recursive: true, force: true });
    chmodSync(fresh, 0o755);
    renameSync(fresh, "dist");
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Paths of all test files under a folder whose path contains `part`. */
function testFiles(folder, part) {
  return readdirSync(folder, { recursive: true })
    .map((path) => join(folder, path))
    .filter((path) => /\.test\.tsx?$/.test(path) && path.includes(part))
    .sort();
}

/** Bundles the tests into a folder of their own and runs them there; returns node's exit status. */
async function runTests(part) {
  const files = testFiles("src", part);
  if (files.length === 0) {
    console.error(`no test file in static/src has ${JSON.stringify(part)} in its path`);
    return 1;
  }
  const folder = mkdtempSync(join(tmpdir(), "board-tests-"));
  try {
    await build({
      ...shared,
      entryPoints: files,
      outdir: folder,
      outbase: "src",
      outExtension: { ".js": ".mjs" },
      platform: "node",
      sourcemap: "inline",
      loader: { ...shared.loader, ".css": "empty" },
    });
    const bundled = files.map((path) =>
      join(folder, path.replace(/^src[/\\]/, "").replace(/\.tsx?$/, ".mjs")),
    );
    return spawnSync(process.execPath, ["--enable-source-maps", "--test", ...bundled], {
      stdio: "inherit",
    }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [command = "page", part = ""] = process.argv.slice(2);
if (command === "page") await bundlePage();
else if (command === "test") process.exitCode = await runTests(part);
else if (command === "script") {
  await build({ ...shared, format: "iife", entryPoints: [part], outfile: process.argv[4] });
}
else {
  console.error(`unknown command ${command}: say nothing, or test`);
  process.exitCode = 2;
}
