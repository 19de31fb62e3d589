import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLI_VERSION } from '../../scripts/stack/go-build';
import { TEST_SERVER_VERSION } from '../../scripts/stack/maven-test-server';
import { downloadedName } from '../../scripts/stack/sdk-download';
import {
  findTemporalCli,
  findTemporalTestServer,
  type LookUp,
} from '../../scripts/stack/temporal-binary';
import { scratchFolder, writeScript } from './scratch-folder';
import { serveDownload } from './temporal-download-host';

const scratch = scratchFolder();
/** What shell scripts need, and nothing that the look-up searches for. */
const SYSTEM_PATH = systemTools();

interface Place extends LookUp {
  readonly cacheDir: string;
  readonly bin: string;
  readonly said: string[];
}

/** A machine with an empty cache, no tools but a shell's, and no way to the download host. */
function machine(env: NodeJS.ProcessEnv = {}): Place {
  const folder = mkdtempSync(join(scratch, 'machine-'));
  const [cacheDir, bin] = [join(folder, 'cache'), join(folder, 'bin')];
  mkdirSync(cacheDir);
  mkdirSync(bin);
  const said: string[] = [];
  return {
    cacheDir,
    bin,
    said,
    log: (line) => said.push(line),
    env: { PATH: `${bin}:${SYSTEM_PATH}`, ...env },
    download: () => Promise.reject(new Error('no such host')),
  };
}

/** A folder of links to the few tools that the scripts of this test call. */
function systemTools(): string {
  const folder = join(scratch, 'system');
  mkdirSync(folder);
  for (const tool of ['sh', 'mkdir', 'cat', 'chmod', 'dirname', 'touch']) {
    execFileSync('ln', [
      '-s',
      execFileSync('which', [tool], { encoding: 'utf8' }).trim(),
      join(folder, tool),
    ]);
  }
  return folder;
}

/** Stands for the go command: "builds" an executable that says its version. */
function installGo({ bin }: Place): void {
  writeScript(
    join(bin, 'go'),
    'echo "$@" > "$(dirname "$0")/go-arguments"',
    'echo "go: downloading go.temporal.io/server v1.29.1" >&2',
    'echo "go.temporal.io/server/common" >&2',
    'printf "#!/bin/sh\\necho built\\n" > "$GOBIN/temporal"',
    'chmod +x "$GOBIN/temporal"',
  );
}

/** Stands for mvn and java: "brings" two jars; java tells its arguments. */
function installMavenAndJava({ bin }: Place): void {
  writeScript(
    join(bin, 'mvn'),
    'mkdir -p lib',
    'touch lib/a.jar lib/b.jar',
    'echo "Downloaded from x: a.jar"',
  );
  writeScript(join(bin, 'java'), 'echo java "$@"');
}

describe('The Temporal CLI is looked for', () => {
  it('first where TEMPORAL_CLI_PATH says, even when there is one on PATH', async () => {
    const place = machine();
    const own = writeScript(join(place.cacheDir, 'my-own'), 'echo mine');
    writeScript(join(place.bin, 'temporal'), 'echo on path');
    const found = await findTemporalCli({
      ...place,
      env: { ...place.env, TEMPORAL_CLI_PATH: own },
    });
    expect(found).toEqual({ path: own, source: 'environment' });
  });

  it('nowhere else when TEMPORAL_CLI_PATH is wrong: the mistake is named', async () => {
    const place = machine({ TEMPORAL_CLI_PATH: '/nowhere/temporal' });
    await expect(findTemporalCli(place)).rejects.toThrow(
      'TEMPORAL_CLI_PATH is /nowhere/temporal, which is not an executable file',
    );
  });

  it('then on PATH', async () => {
    const place = machine();
    const path = writeScript(join(place.bin, 'temporal'), 'echo temporal version 1');
    writeScript(join(place.cacheDir, `temporal-cli-${CLI_VERSION}`), 'echo cached');
    expect(await findTemporalCli(place)).toEqual({ path, source: 'path' });
  });

  it('then in the cache, also when the one on PATH does not run here', async () => {
    const place = machine();
    writeScript(join(place.bin, 'temporal'), 'exit 126');
    const path = writeScript(join(place.cacheDir, `temporal-cli-${CLI_VERSION}`), 'echo cached');
    expect(await findTemporalCli(place)).toEqual({ path, source: 'cache' });
    expect(place.said.join()).toContain('does not run on this machine');
  });

  it("then by the SDK's own download, and offline from then on", async () => {
    const { download: _refused, ...place } = machine();
    const host = await serveDownload(
      mkdtempSync(join(scratch, 'host-')),
      '#!/bin/sh\necho downloaded\n',
    );
    const path = join(place.cacheDir, downloadedName('cli'));
    const reached = await findTemporalCli({ ...place, env: { ...place.env, ...host.env } });
    host.close();
    expect(reached).toEqual({ path, source: 'download' });
    expect(host.requests[0]).toContain('/cli/default?');
    expect(execFileSync(path, ['--version'], { encoding: 'utf8' })).toBe('downloaded\n');
    expect(await findTemporalCli(machineOffline(place))).toEqual({ path, source: 'cache' });
    expect(readdirSync(place.cacheDir)).toEqual([downloadedName('cli')]);
  }, 30_000);

  it('then by a build from the Go module proxy, with progress, and offline from then on', async () => {
    const place = machine();
    installGo(place);
    const path = join(place.cacheDir, `temporal-cli-${CLI_VERSION}`);
    expect(await findTemporalCli(place)).toEqual({ path, source: 'build' });
    expect(readFileSync(join(place.bin, 'go-arguments'), 'utf8').trim()).toBe(
      `install -v -ldflags=-s -w github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`,
    );
    expect(place.said).toEqual([
      'Temporal: the download failed (no such host).',
      expect.stringContaining('from the Go module proxy, once'),
      expect.stringMatching(/built in/),
    ]);
    expect(await findTemporalCli(machineOffline(place))).toEqual({ path, source: 'cache' });
  });

  it('in vain: the message says what failed and what to install', async () => {
    await expect(findTemporalCli(machine())).rejects.toThrow(
      /The Temporal CLI is not on this machine and could not be got: the download failed \(no such host\); Go, .* is not on PATH\. To go on: install the Temporal CLI .*, or Go .*, or set TEMPORAL_CLI_PATH/,
    );
  });

  it('in vain when the build fails, and half of a build is never taken for one', async () => {
    const place = machine();
    writeScript(
      join(place.bin, 'go'),
      'printf half > "$GOBIN/temporal"',
      'echo "no space left" >&2',
      'exit 1',
    );
    await expect(findTemporalCli(place)).rejects.toThrow(/making it failed too: .*no space left/s);
    expect(readdirSync(place.cacheDir)).toEqual([]);
  });

  it('until it is given up, and then nothing half-built stays', async () => {
    const place = machine();
    const sleep = execFileSync('which', ['sleep'], { encoding: 'utf8' }).trim();
    writeScript(join(place.bin, 'go'), `exec ${sleep} 60`);
    const giveUp = AbortSignal.timeout(200);
    const began = Date.now();
    await expect(findTemporalCli({ ...place, abort: giveUp })).rejects.toThrow('could not be got');
    expect(Date.now() - began).toBeLessThan(5000);
    expect(readdirSync(place.cacheDir)).toEqual([]);
  });
});

describe("Temporal's test server is looked for", () => {
  it('first where TEMPORAL_TEST_SERVER_PATH says', async () => {
    const place = machine();
    const own = writeScript(join(place.bin, 'my-own'), 'echo mine');
    const env = { ...place.env, TEMPORAL_TEST_SERVER_PATH: own };
    expect(await findTemporalTestServer({ ...place, env })).toEqual({
      path: own,
      source: 'environment',
    });
  });

  it("then in the cache, and by the SDK's own download", async () => {
    const { download: _refused, ...place } = machine();
    // The SDK waits five seconds for the server to answer; one that ends at once is told at once.
    const host = await serveDownload(mkdtempSync(join(scratch, 'host-')), '#!/bin/sh\nexit 0\n');
    const path = join(place.cacheDir, downloadedName('test-server'));
    const reached = await findTemporalTestServer({ ...place, env: { ...place.env, ...host.env } });
    host.close();
    expect(reached).toEqual({ path, source: 'download' });
    expect(host.requests[0]).toContain('/temporal-test-server/default?');
    expect(await findTemporalTestServer(machineOffline(place))).toEqual({ path, source: 'cache' });
  }, 30_000);

  it("then as Maven's jars behind a launcher, and offline from then on", async () => {
    const place = machine();
    installMavenAndJava(place);
    const home = join(place.cacheDir, `temporal-test-server-${TEST_SERVER_VERSION}`);
    const path = join(home, 'temporal-test-server');
    expect(await findTemporalTestServer(place)).toEqual({ path, source: 'build' });
    const printed = execFileSync(path, ['7234', '--enable-time-skipping'], {
      env: place.env,
      encoding: 'utf8',
    });
    expect(printed).toContain(
      `-cp ${home}/lib/* io.temporal.testserver.TestServer 7234 --enable-time-skipping`,
    );
    expect(await findTemporalTestServer(machineOffline(place))).toEqual({ path, source: 'cache' });
  });

  it('in vain: the message says which of Java and Maven is absent', async () => {
    const place = machine();
    writeScript(join(place.bin, 'java'), 'true');
    await expect(findTemporalTestServer(place)).rejects.toThrow(
      /Temporal's test server is not on this machine and could not be got: .*; Maven .*not found on PATH\. To go on: install a Java runtime/,
    );
  });
});

/** The same machine, where nothing outside may be asked any more. */
function machineOffline(place: Omit<Place, 'download'>): LookUp {
  return {
    ...place,
    env: { PATH: SYSTEM_PATH },
    download: () => Promise.reject(new Error('asked the network though it is in the cache')),
  };
}
