/// <reference path="./lback-plugin-types.d.ts" />
declare module 'lback:plugin/policy@1.0.0' {
  /**
   * Called before each before-signal that the plugin wants. `settings` is the JSON of the
   * plugin's `settings` table in `lback.toml`, an object. An error means that the policy could
   * not decide; it is treated as `on-error` in `lback.toml` says (by default the run is
   * blocked).
   */
  export function evaluate(event: Event, settings: string): Verdict;
  export type Event = import('lback:plugin/types@1.0.0').Event;
  export type Denial = import('lback:plugin/types@1.0.0').Denial;
  export type Decision = DecisionAllow | DecisionDeny;
  /**
   * Nothing against it.
   */
  export interface DecisionAllow {
    tag: 'allow',
  }
  /**
   * Not allowed, for each of these reasons. An empty list denies as well.
   */
  export interface DecisionDeny {
    tag: 'deny',
    val: Array<Denial>,
  }
  /**
   * The answer to one event.
   */
  export interface Verdict {
    /**
     * May it happen?
     */
    decision: Decision,
    /**
     * Remarks for the person who runs lback; shown whatever the decision is.
     */
    warnings: Array<string>,
  }
}
