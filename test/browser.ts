import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { launch, type Browser } from 'puppeteer-core';
import { ROOT } from '../tools/setup.mjs';

const require = createRequire(import.meta.url);
const PACKED = join(dirname(require.resolve('@sparticuz/chromium')), '..', '..', 'bin');
const PACKED_VERSION = '147';
const FLAGS = ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none', '--hide-scrollbars'];
/** Where other machines have one; RECALL_CHROME names another. */
const INSTALLED = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
];

/** The source of axe, which runs inside a page. */
export const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** A real Chromium: the one that a package brings for Linux on x64, else one that is installed, with the fonts of the product alone. */
export async function startBrowser(): Promise<Browser> {
  const given = process.env.RECALL_CHROME ?? INSTALLED.find(existsSync);
  const isPacked = process.env.RECALL_CHROME === undefined && process.platform === 'linux' && process.arch === 'x64';
  const { executablePath, env } = isPacked ? unpacked() : { executablePath: given, env: {} };
  if (executablePath === undefined)
    throw new Error('pages are looked at in a Chromium: install Chrome, or name one with RECALL_CHROME');
  return launch({ executablePath, args: FLAGS, headless: 'shell', env: { ...process.env, ...env } });
}

/** Unpacks the browser once into the cache, with the libraries that a bare system lacks. */
function unpacked(): { executablePath: string; env: Record<string, string> } {
  const cache = process.env.RECALL_CACHE ?? join(ROOT, '.recall', 'cache');
  const home = join(cache, `chromium-${PACKED_VERSION}`);
  if (!existsSync(home)) {
    mkdirSync(cache, { recursive: true });
    const fresh = mkdtempSync(join(cache, 'unpacking-'));
    const browser = join(fresh, 'chromium');
    writeFileSync(browser, brotliDecompressSync(readFileSync(join(PACKED, 'chromium.br'))));
    chmodSync(browser, 0o755);
    for (const part of ['al2023', 'swiftshader']) untar(`${part}.tar.br`, join(fresh, part));
    try {
      renameSync(fresh, home);
    } catch (failed) {
      // Another run was quicker.
      rmSync(fresh, { recursive: true, force: true });
      if (!existsSync(home)) throw failed;
    }
  }
  writeFileSync(join(home, 'fonts.conf'), fontsConf(home));
  const executablePath = join(home, 'chromium');
  const bare = spawnSync(executablePath, ['--version']).status !== 0;
  const libraries: Record<string, string> = bare ? { LD_LIBRARY_PATH: join(home, 'al2023', 'lib') } : {};
  return { executablePath, env: { ...libraries, FONTCONFIG_FILE: join(home, 'fonts.conf') } };
}

function untar(name: string, into: string): void {
  mkdirSync(into);
  const input = brotliDecompressSync(readFileSync(join(PACKED, name)));
  const { status, stderr } = spawnSync('tar', ['-x', '-C', into], { input });
  if (status !== 0) throw new Error(`${name} cannot be unpacked: ${String(stderr)}`);
}

/** Every machine draws with the same letters, those of our documents. */
function fontsConf(home: string): string {
  const fonts = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  const alias = (family: string, font: string): string =>
    `<alias binding="same"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  const parts = [
    `<dir>${fonts}</dir><cachedir>${join(home, 'fonts')}</cachedir>`,
    alias('monospace', 'DejaVu Sans Mono'),
    '<match><edit name="family" mode="append" binding="strong"><string>DejaVu Sans</string></edit></match>',
  ];
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${parts.join('')}</fontconfig>\n`;
}
