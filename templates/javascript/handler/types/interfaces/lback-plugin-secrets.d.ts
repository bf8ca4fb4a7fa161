declare module 'lback:plugin/secrets@1.0.0' {
  /**
   * Returns the value of a secret. Prefer `http.part.secret`: the plugin then doesn't need to
   * see it.
   */
  export function get(name: string): string;
  /**
   * The reason why there is no value.
   */
  export type Error = ErrorNotGranted | ErrorNotSet;
  /**
   * The plugin doesn't request the secret, or `lback.toml` doesn't grant it.
   */
  export interface ErrorNotGranted {
    tag: 'not-granted',
  }
  /**
   * The secret is granted, but not set.
   */
  export interface ErrorNotSet {
    tag: 'not-set',
  }
}
