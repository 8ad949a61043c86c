/**
 * Where the process is between its start and its end; what probes and admission go by.
 * - `serving`
 * - `draining`: the end is announced; still serving, so that balancers have time to notice
 * - `closing`: nothing new is served, what runs may finish
 */
export class Lifecycle {
  private current: 'serving' | 'draining' | 'closing' = 'serving';

  get phase(): 'serving' | 'draining' | 'closing' {
    return this.current;
  }

  drain(): void {
    this.current = 'draining';
  }

  close(): void {
    this.current = 'closing';
  }
}
