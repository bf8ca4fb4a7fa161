declare module 'lback:plugin/store@1.0.0' {
  export function get(key: string): Uint8Array | undefined;
  export function set(key: string, value: Uint8Array): void;
  export { _delete as delete };
  function _delete(key: string): void;
  /**
   * The keys that begin with `prefix`, sorted.
   */
  export function keys(prefix: string): Array<string>;
  /**
   * Sets the value if the present one is `expected` (none: the key is absent), and says whether
   * it did.
   */
  export function compareAndSwap(key: string, expected: Uint8Array | undefined, value: Uint8Array): boolean;
  export type Error = ErrorLimit | ErrorUnavailable;
  /**
   * A limit: 256 bytes a key, 256 KiB a value, 1 MiB and 1,000 keys in all.
   */
  export interface ErrorLimit {
    tag: 'limit',
    val: string,
  }
  /**
   * The store can't be read or written.
   */
  export interface ErrorUnavailable {
    tag: 'unavailable',
    val: string,
  }
}
