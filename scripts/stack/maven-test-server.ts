import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Log } from './part';
import { runTool } from './run-tool';

/** The version of io.temporal:temporal-test-server. */
export const TEST_SERVER_VERSION = '1.38.0';

const COPY_DEPENDENCIES =
  'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const MAIN_CLASS = 'io.temporal.testserver.TestServer';
const TELL_EVERY_MS = 5_000;

/** What to assemble with, and to where. */
export interface TestServerAssembly {
  /** Path of the mvn command. */
  readonly mvn: string;
  /** Where the launcher goes, in a folder of its own beside the jars. */
  readonly target: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly abort?: AbortSignal | undefined;
}

/** Gets the test server's jars from Maven Central and puts a launcher beside them. @throws Error when it fails */
export async function assembleTestServer(assembly: TestServerAssembly): Promise<string> {
  const { target, log } = assembly;
  const began = performance.now();
  log(`Temporal: getting the test server ${TEST_SERVER_VERSION} from Maven Central, once …`);
  const home = dirname(target);
  const folder = mkdtempSync(join(dirname(home), '.assembling-'));
  let files = 0;
  const tick = setInterval(() => log(`Temporal: ${files} files downloaded …`), TELL_EVERY_MS);
  try {
    writeFileSync(join(folder, 'pom.xml'), pom());
    await runTool({
      command: assembly.mvn,
      args: ['-B', COPY_DEPENDENCIES, '-DincludeScope=runtime', '-DoutputDirectory=lib'],
      env: assembly.env,
      cwd: folder,
      abort: assembly.abort,
      onLine: (line) => {
        if (line.includes('Downloaded from')) files += 1;
      },
    });
    const jars = readdirSync(join(folder, 'lib')).filter((file) => file.endsWith('.jar'));
    if (jars.length === 0) throw new Error('Maven brought no jar');
    writeFileSync(join(folder, basename(target)), launcher());
    chmodSync(join(folder, basename(target)), 0o755);
    rmSync(home, { recursive: true, force: true });
    renameSync(folder, home);
    log(
      `Temporal: test server of ${jars.length} jars after ${((performance.now() - began) / 1000).toFixed(0)} s.`,
    );
  } finally {
    clearInterval(tick);
    rmSync(folder, { recursive: true, force: true });
  }
  return target;
}

/** A project that wants nothing but the test server. */
function pom(): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>everbill</groupId>
  <artifactId>temporal-test-server-jars</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${TEST_SERVER_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;
}

/** It lives for one test file: the quick compiler and the small collector suit it. */
function launcher(): string {
  return `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
exec "\${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \\
  -cp "$here/lib/*" ${MAIN_CLASS} "$@"
`;
}
