/** A part that says it is ready and then ends by itself, again and again. */
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
process.stderr.write('I have had enough.\n');
setTimeout(() => process.exit(7), 50);
