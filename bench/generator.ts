import { Load, type LoadJob } from './load.ts';

/** The load generator: a process of its own, so that what it costs is nobody else's. */
process.on('message', (jobs: LoadJob[]) => {
  void Promise.all(jobs.map((job) => new Load(job).run())).then((results) =>
    process.send!(results),
  );
});
process.once('disconnect', () => process.exit());
