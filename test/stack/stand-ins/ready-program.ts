/** Stands for a part that says it is ready by a line: prints it, and lives until it is asked to end. */
process.on('SIGTERM', () => process.exit(0));
setInterval(() => undefined, 60_000);
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
