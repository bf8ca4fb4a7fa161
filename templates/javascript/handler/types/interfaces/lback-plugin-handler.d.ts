/// <reference path="./lback-plugin-types.d.ts" />
declare module 'lback:plugin/handler@1.0.0' {
  /**
   * Called for each signal that the plugin wants. `settings` is as for a policy. An error is
   * reported to the person who runs lback.
   */
  export function handle(event: Event, settings: string): void;
  export type Event = import('lback:plugin/types@1.0.0').Event;
}
