/** A part that ends before it is ready. */
process.stderr.write('The frobnicator is missing.\n');
process.exitCode = 3;
