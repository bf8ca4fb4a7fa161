// A policy that denies downgrades in protected environments. This file is the interface to lback;
// the rule is in `rule.js`.

import { SCHEMA, parseSettings, whyNot } from './rule.js';

/** @import { Description } from 'lback:plugin/metadata@1.0.0' */
/** @import { Verdict } from 'lback:plugin/policy@1.0.0' */
/** @import { Event } from 'lback:plugin/types@1.0.0' */

export const metadata = {
  /** @returns {Description} */
  describe() {
    return {
      name: 'my-plugin',
      version: '0.1.0',
      summary: 'denies downgrades in protected environments',
      signals: ['alembic_command_started'],
      permissions: { http: [], secrets: [] },
      settingsSchema: JSON.stringify(SCHEMA),
    };
  },
};

export const policy = {
  /**
   * What is thrown says that the policy is broken; lback then blocks. It is never the way to deny.
   *
   * @param {Event} event
   * @param {string} settings
   * @returns {Verdict}
   */
  evaluate(event, settings) {
    const parsed = parseSettings(settings);
    if (event.signal.tag !== 'alembic-command-started') return { decision: { tag: 'allow' }, warnings: [] };
    const { command, args } = event.signal.val;
    const message = whyNot(command, args, event.context.environment, parsed);
    if (message === undefined) return { decision: { tag: 'allow' }, warnings: [] };
    const denial = {
      code: 'downgrade-in-protected-environment',
      message,
      hint: 'write a revision that undoes the change, and `lback migrate` it',
      acceptable: false,
    };
    return { decision: { tag: 'deny', val: [denial] }, warnings: [] };
  },
};
