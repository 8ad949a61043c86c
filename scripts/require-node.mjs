/** Imported first by every script: npm puts the project's own Node in PATH, a script started by hand may get any. */
const needed = 24;

if (Number(process.versions.node.split('.')[0]) < needed) {
  process.stderr.write(
    `Node ${needed} or later is needed, and this is ${process.versions.node}. ` +
      'Use the npm command (such as "npm start"): after "npm ci" it runs on the Node that the project brings.\n',
  );
  process.exit(1);
}
