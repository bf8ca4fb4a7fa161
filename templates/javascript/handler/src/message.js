// The settings and the message, in plain JavaScript. Nothing here needs lback, so it can be tested
// anywhere.

export const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: { type: 'string', format: 'uri', description: 'Where to post to.' },
    token: { type: 'string', description: 'The name of the secret that is sent as a bearer token.' },
  },
};

/**
 * @typedef {object} Settings
 * @property {string} url Where to post to.
 * @property {string} [token] The name of the secret that is sent as a bearer token.
 */

/**
 * @typedef {object} End How a command ended.
 * @property {string} command
 * @property {string} outcome
 * @property {bigint} milliseconds
 */

/**
 * @param {string} text The JSON of the plugin's settings in `lback.toml`.
 * @returns {Settings}
 */
export function parseSettings(text) {
  const table = JSON.parse(text);
  for (const [key, value] of Object.entries(table)) {
    if (!(key in SCHEMA.properties)) throw new Error(`its settings: there is no setting \`${key}\``);
    if (typeof value !== 'string') throw new Error(`its settings: \`${key}\` is not a text`);
  }
  if (table.url === undefined) throw new Error('its settings: `url` is missing');
  return table;
}

/**
 * What is posted: JSON, as bytes.
 *
 * @param {{ id: string, time: string, project: string, environment: string | null }} circumstances
 * @param {End} end
 * @returns {Uint8Array}
 */
export function body(circumstances, { command, outcome, milliseconds }) {
  return utf8(JSON.stringify({ ...circumstances, command, outcome, milliseconds: Number(milliseconds) }));
}

/**
 * QuickJS has no `TextEncoder`.
 *
 * @param {string} text
 */
export function utf8(text) {
  const escaped = encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|[^%]/g);
  return Uint8Array.from(escaped, ([character, hex]) => (hex ? parseInt(hex, 16) : character.charCodeAt(0)));
}
