/// <reference path="./lback-plugin-types.d.ts" />
declare module 'lback:plugin/handler@1.0.0' {
  /**
   * Processes one event. lback calls this function for each signal that the plugin subscribes
   * to. `settings` is a JSON object, as for a policy. lback reports an error to the operator.
   */
  export function handle(event: Event, settings: string): void;
  export type Event = import('lback:plugin/types@1.0.0').Event;
}
