declare module 'lback:plugin/log@1.0.0' {
  /**
   * Values of granted secrets are replaced in the message. At most 64 KiB a call of the plugin;
   * the rest is dropped, with a note.
   */
  export function log(level: Level, message: string): void;
  /**
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
