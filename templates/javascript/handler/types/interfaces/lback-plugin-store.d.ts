declare module 'lback:plugin/store@1.0.0' {
  /**
   * Returns the value of a key; none if the key is absent.
   */
  export function get(key: string): Uint8Array | undefined;
  /**
   * Sets the value of a key.
   */
  export function set(key: string, value: Uint8Array): void;
  /**
   * Deletes a key. Deleting an absent key is no error.
   */
  export { _delete as delete };
  function _delete(key: string): void;
  /**
   * Returns the keys that begin with `prefix`, sorted.
   */
  export function keys(prefix: string): Array<string>;
  /**
   * Sets the value if the current one is `expected` (none: the key is absent), and returns
   * whether it did.
   */
  export function compareAndSwap(key: string, expected: Uint8Array | undefined, value: Uint8Array): boolean;
  /**
   * The reason why an operation failed.
   */
  export type Error = ErrorLimit | ErrorUnavailable;
  /**
   * The operation exceeds a limit: 256 bytes a key, 256 KiB a value, 1 MiB and 1,000 keys in
   * all.
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
