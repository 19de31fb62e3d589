/** What these tests use of Newman, which brings no types of its own. */
declare module 'newman' {
  interface Item {
    name: string;
  }

  interface Summary {
    run: {
      executions: { item: Item; response?: { code: number } }[];
      failures: { source?: Item; error: { test?: string; message: string } }[];
      stats: { assertions: { total: number }; requests: { total: number; failed: number } };
    };
  }

  interface Options {
    collection: string;
    environment: string;
    envVar: { key: string; value: string }[];
    /** Names of folders; nothing: all. */
    folder?: string[];
    reporters: string[];
  }

  export function run(
    options: Options,
    done: (error: Error | null, summary: Summary) => void,
  ): unknown;
}
