import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A tool (go, mvn, a downloader) that runs to its end. */
export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Kills it, with all that it started. */
  readonly abort?: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
}

/** Lines kept of what a tool printed. */
const KEPT_LINES = 40;

/**
 * Runs a tool.
 *
 * @returns the last lines that it printed
 * @throws Error with its last lines when it can't be started, fails or is aborted
 */
export function runTool(run: ToolRun): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(run.command, [...run.args], {
      env: run.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      ...(run.cwd !== undefined && { cwd: run.cwd }),
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (lines.length > KEPT_LINES) lines.shift();
        run.onLine?.(line);
      });
    }
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    };
    // Being in a group of its own, it would outlive us.
    process.once('exit', kill);
    if (run.abort?.aborted === true) kill();
    run.abort?.addEventListener('abort', kill, { once: true });
    const settle = (): void => {
      process.off('exit', kill);
      run.abort?.removeEventListener('abort', kill);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settle();
      if (code === 0) resolve(lines);
      else
        reject(
          new Error(
            `${run.command} ended with ${signal ?? `code ${code}`}:\n${lines.slice(-8).join('\n')}`,
          ),
        );
    });
  });
}
