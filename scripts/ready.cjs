// Plain JavaScript, so that even an old Node can say what is missing. The npm scripts that run sources load it first.
const { existsSync } = require('node:fs');
const path = require('node:path');
const { optionalDependencies } = require('../package.json');

const modules = path.join(__dirname, '..', 'node_modules');
const own = process.versions.node;

const reason = whyNotReady();
if (reason !== null) {
  console.error(`Batch Warden cannot run: ${reason}`);
  process.exit(1);
}

function whyNotReady() {
  if (!existsSync(modules)) return 'its packages are not installed. Run "npm ci" in its folder.';
  if (!existsSync(path.join(modules, 'azurite'))) {
    return 'npm left packages out, by --omit=dev or NODE_ENV=production. Run "npm ci --include=dev" in its folder.';
  }
  const [major, minor] = own.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 5)) return null;

  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const bringer = `node-${platform}`;
  if (!(bringer in optionalDependencies)) {
    return `this is Node ${own}, and npm has no newer one for ${platform}. Install Node 24.5 or newer.`;
  }
  if (!existsSync(path.join(modules, bringer))) {
    return `this is Node ${own}, and ${bringer}, which brings Node 24, is not installed: npm left it out by --omit=optional, or ran on another platform. Run "npm ci --include=optional" in its folder.`;
  }
  return `this is Node ${own}, and not Node 24 of node_modules/.bin. Run it by npm; where that link is missing, run "npm ci".`;
}
