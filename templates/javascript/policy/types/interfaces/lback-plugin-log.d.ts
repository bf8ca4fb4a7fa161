declare module 'lback:plugin/log@1.0.0' {
  /**
   * Logs a message. lback replaces the values of granted secrets in it. It keeps at most 64 KiB
   * for each call of the plugin, and notes that it dropped the rest.
   */
  export function log(level: Level, message: string): void;
  /**
   * The level of a message.
   * # Variants
   * 
   * ## `"trace"`
   * 
   * ## `"debug"`
   * 
   * ## `"info"`
   * 
   * ## `"warn"`
   * 
   * ## `"error"`
   */
  export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';
}
