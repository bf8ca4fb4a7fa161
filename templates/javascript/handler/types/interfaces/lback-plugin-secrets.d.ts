declare module 'lback:plugin/secrets@1.0.0' {
  /**
   * The value of a secret. Prefer `http.part.secret`, with which the plugin need not see it.
   */
  export function get(name: string): string;
  export type Error = ErrorNotGranted | ErrorNotSet;
  /**
   * The plugin didn't ask for it, or `lback.toml` doesn't grant it.
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
