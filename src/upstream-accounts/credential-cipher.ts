import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { GatewayError } from '../common/gateway-error.js';

/** A stored credential cannot be read: its key is not among the known ones, or it is not what was written to this row. */
export class CredentialError extends GatewayError {
  readonly status = 500;
  readonly code = 'credential_unreadable';
}

export interface SealedCredential {
  readonly keyId: string;
  readonly ciphertext: Buffer;
}

interface EncryptionKey {
  readonly id: string;
  readonly bytes: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const TABLE = 'upstream_accounts';
const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
/** 96 random bits: GCM's own size, and safe for the few thousand times a key is used. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM, bound to table, row and key: a ciphertext copied into another row, or relabelled with another key, does not open.
 * Stored as nonce, tag, ciphertext.
 */
export class CredentialCipher {
  private readonly current: EncryptionKey;
  private readonly readable: ReadonlyMap<string, EncryptionKey>;

  /**
   * @param secret encrypts, and decrypts what it encrypted
   * @param older decrypt only
   */
  constructor(secret: string, older: readonly string[]) {
    this.current = deriveKey(secret);
    const keys = [...older.map(deriveKey), this.current];
    this.readable = new Map(keys.map((key) => [key.id, key]));
  }

  get currentKeyId(): string {
    return this.current.id;
  }

  encrypt(rowId: string, credential: string): SealedCredential {
    const { id: keyId, bytes } = this.current;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, bytes, nonce).setAAD(boundTo(rowId, keyId));
    const sealed = Buffer.concat([cipher.update(credential, 'utf8'), cipher.final()]);
    return { keyId, ciphertext: Buffer.concat([nonce, cipher.getAuthTag(), sealed]) };
  }

  /** Throws CredentialError; its message names the key's id and never the credential. */
  decrypt(rowId: string, { keyId, ciphertext }: SealedCredential): string {
    const key = this.readable.get(keyId);
    if (!key) {
      throw new CredentialError(
        `the credential is encrypted with key ${keyId}, which is neither ENCRYPTION_KEY nor in ENCRYPTION_KEYS_OLD`,
      );
    }
    const nonce = ciphertext.subarray(0, NONCE_BYTES);
    const tag = ciphertext.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const sealed = ciphertext.subarray(NONCE_BYTES + TAG_BYTES);
    try {
      const decipher = createDecipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES })
        .setAAD(boundTo(rowId, keyId))
        .setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new CredentialError('the credential is damaged or belongs to another row', { cause });
    }
  }
}

function boundTo(rowId: string, keyId: string): Buffer {
  return Buffer.from(`${TABLE}\0${rowId}\0${keyId}`, 'utf8');
}

/** The id comes out of the same derivation under another label, so that it tells nothing about the key. RFC 5869. */
function deriveKey(secret: string): EncryptionKey {
  const derive = (label: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `llm-gateway ${label}`, length));
  return {
    id: derive('key id', KEY_ID_BYTES).toString('hex'),
    bytes: derive('credentials', KEY_BYTES),
  };
}
