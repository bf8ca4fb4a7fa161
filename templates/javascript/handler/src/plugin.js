// A handler that posts the result of each command as JSON. This file is the interface to lback;
// `message.js` makes the message.

import { send } from 'lback:plugin/http@1.0.0';
import { log } from 'lback:plugin/log@1.0.0';

import { SCHEMA, body, parseSettings } from './message.js';

/** @import { Header } from 'lback:plugin/http@1.0.0' */
/** @import { Description } from 'lback:plugin/metadata@1.0.0' */
/** @import { Event, Signal } from 'lback:plugin/types@1.0.0' */

export const metadata = {
  /** @returns {Description} */
  describe() {
    return {
      name: 'my-plugin',
      version: '0.1.0',
      summary: 'posts how each command ended',
      signals: ['alembic_command_completed', 'alembic_command_failed'],
      permissions: {
        http: [{ tag: 'in-setting', val: '/url' }],
        secrets: [{ tag: 'in-setting', val: '/token' }],
      },
      settingsSchema: JSON.stringify(SCHEMA),
    };
  },
};

export const handler = {
  /**
   * What is thrown is reported to the person who runs lback.
   *
   * @param {Event} event
   * @param {string} settings
   */
  handle(event, settings) {
    const { url, token } = parseSettings(settings);
    const end = endOf(event.signal);
    if (end === undefined) return;
    /** @type {Header[]} */
    const headers = [{ name: 'content-type', value: [{ tag: 'text', val: 'application/json' }] }];
    if (token !== undefined) {
      // The host puts the value in: the plugin never sees it.
      headers.push({ name: 'authorization', value: [{ tag: 'text', val: 'Bearer ' }, { tag: 'secret', val: token }] });
    }
    const { id, time, sender, context } = event;
    const circumstances = { id, time, project: sender.project, environment: context.environment ?? null };
    const answer = post({ method: 'POST', url: [{ tag: 'text', val: url }], headers, body: body(circumstances, end) });
    log('debug', `the server answered ${answer.status}`);
    if (answer.status < 200 || answer.status > 299) throw new Error(`the server answered ${answer.status}`);
  },
};

/** @param {import('lback:plugin/http@1.0.0').Request} request */
function post(request) {
  try {
    return send(request);
  } catch (error) {
    // The host's error: its kind is the tag, and its text is made to be shown.
    throw new Error(/** @type {any} */ (error).payload?.val ?? String(error));
  }
}

/**
 * How the command ended; undefined for a signal that isn't the end of one.
 *
 * @param {Signal} signal
 */
function endOf(signal) {
  switch (signal.tag) {
    case 'alembic-command-completed':
      return { command: signal.val.command, outcome: 'completed', milliseconds: signal.val.durationMs };
    case 'alembic-command-failed':
      return {
        command: signal.val.command,
        outcome: signal.val.errorType ?? 'failed',
        milliseconds: signal.val.durationMs,
      };
    default:
      return undefined;
  }
}
