// The rule, in plain JavaScript: nothing here needs lback, so it can be tested anywhere.

export const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  properties: {
    protect: {
      type: 'array',
      items: { type: 'string' },
      default: ['production'],
      description: 'Environments that are never downgraded.',
    },
  },
};

/**
 * @typedef {object} Settings
 * @property {string[]} protect Environments that are never downgraded.
 */

/**
 * @param {string} text The JSON of the plugin's settings in `lback.toml`.
 * @returns {Settings}
 */
export function parseSettings(text) {
  const table = JSON.parse(text);
  for (const key of Object.keys(table)) {
    if (!(key in SCHEMA.properties)) throw new Error(`its settings: there is no setting \`${key}\``);
  }
  const protect = table.protect ?? ['production'];
  if (!Array.isArray(protect) || !protect.every((name) => typeof name === 'string')) {
    throw new Error('its settings: `protect` is not a list of texts');
  }
  return { protect };
}

/**
 * Why this may not run; undefined where it may.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string | null | undefined} environment
 * @param {Settings} settings
 * @returns {string | undefined}
 */
export function whyNot(command, args, environment, settings) {
  // `--sql` only prints.
  if (command !== 'downgrade' || args.includes('--sql')) return undefined;
  // No environment is named: assume the worst.
  if (environment == null) return '`downgrade` is not allowed where no environment is named';
  if (!settings.protect.includes(environment)) return undefined;
  return `\`downgrade\` is not allowed in the protected environment \`${environment}\``;
}
