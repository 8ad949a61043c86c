import pg from 'pg';

/** A connection of its own that hears `NOTIFY catalog_changed`; tells when it is lost, and is opened again by its owner. */
export class CatalogListener {
  private client: pg.Client | null = null;

  constructor(
    private readonly url: string,
    private readonly connectTimeoutMs: number,
    private readonly onChange: () => void,
  ) {}

  /** Does nothing while it is listening already. */
  async listen(): Promise<void> {
    if (this.client) return;
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: this.connectTimeoutMs,
      query_timeout: this.connectTimeoutMs,
      application_name: 'llm-gateway catalog',
      keepAlive: true,
    });
    client.on('error', () => this.lose(client));
    client.on('end', () => this.lose(client));
    client.on('notification', this.onChange);
    try {
      await client.connect();
      await client.query('LISTEN catalog_changed');
      this.client = client;
    } catch (error) {
      void client.end().catch(() => {});
      throw error;
    }
  }

  /** For a connection that looks alive and brings nothing. */
  async listenAnew(): Promise<void> {
    const { client } = this;
    this.client = null;
    void client?.end().catch(() => {});
    await this.listen();
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = null;
    await client?.end();
  }

  private lose(client: pg.Client): void {
    if (this.client === client) this.client = null;
  }
}
