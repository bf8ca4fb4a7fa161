/// <reference path="./lback-plugin-types.d.ts" />
declare module 'lback:plugin/policy@1.0.0' {
  /**
   * Decides about one event. lback calls this function for each before-signal that the plugin
   * subscribes to. `settings` is a JSON object: the plugin's `settings` table in `lback.toml`.
   * An error means that the policy could not decide. `on-error` in `lback.toml` determines the
   * consequence; by default the run is blocked.
   */
  export function evaluate(event: Event, settings: string): Verdict;
  export type Event = import('lback:plugin/types@1.0.0').Event;
  export type Denial = import('lback:plugin/types@1.0.0').Denial;
  export type Place = import('lback:plugin/types@1.0.0').Place;
  /**
   * A finding that doesn't stop the run.
   */
  export interface Warning {
    /**
     * The finding, one sentence for a person.
     */
    message: string,
    /**
     * The short name of the rule, as in a denial; none if the warning belongs to no rule.
     */
    code?: string,
    /**
     * The next step for the operator.
     */
    hint?: string,
    /**
     * The place in a script that the warning is about.
     */
    place?: Place,
    /**
     * True if a comment at this place may set the warning aside, as for a denial.
     */
    acceptable: boolean,
  }
  /**
   * The decision whether the run may continue.
   */
  export type Decision = DecisionAllow | DecisionDeny;
  /**
   * The policy has no objection.
   */
  export interface DecisionAllow {
    tag: 'allow',
  }
  /**
   * The policy denies, for each of these reasons. An empty list denies as well.
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
     * The decision: allow or deny.
     */
    decision: Decision,
    /**
     * Warnings for the operator, shown for both decisions.
     */
    warnings: Array<Warning>,
  }
}
