declare module 'lback:plugin/metadata@1.0.0' {
  /**
   * Returns the description. lback calls this function when it loads a component for the first
   * time, without any permission, and stores the answer. The answer must not depend on anything
   * outside the plugin.
   */
  export function describe(): Description;
  /**
   * One requested origin or secret.
   */
  export type Request = RequestNamed | RequestInSetting;
  /**
   * The literal origin, or the literal name of a secret.
   */
  export interface RequestNamed {
    tag: 'named',
    val: string,
  }
  /**
   * The value of the plugin's setting at this JSON Pointer (RFC 6901), for example
   * `/pushgateway`; for an origin, the origin of the URL in that setting. An absent setting
   * has its `default` from the settings schema. Without a default, nothing is requested.
   */
  export interface RequestInSetting {
    tag: 'in-setting',
    val: string,
  }
  /**
   * The permissions that a plugin requests. A policy can't be granted any.
   */
  export interface Permissions {
    /**
     * The web origins to which the plugin sends requests, for example
     * `https://hooks.slack.com`: scheme, host, and port unless it is the scheme's default.
     */
    http: Array<Request>,
    /**
     * The names of secrets.
     */
    secrets: Array<Request>,
  }
  /**
   * A plugin's name, version, signals, permissions and settings.
   */
  export interface Description {
    /**
     * The plugin's name in kebab-case, for example `guard`. `lback.toml` may give an instance
     * of the plugin another name.
     */
    name: string,
    /**
     * The plugin's version, in the format of SemVer.
     */
    version: string,
    /**
     * A summary of the plugin's purpose, in one line.
     */
    summary: string,
    /**
     * The signals that the plugin receives if `lback.toml` doesn't select any: their names as
     * in `types.signal`, in snake case, for example `alembic_command_started`. A policy is
     * called for before-signals only.
     */
    signals: Array<string>,
    /**
     * The permissions that the plugin requests. Each one takes effect only if `lback.toml`
     * grants it as well.
     */
    permissions: Permissions,
    /**
     * A JSON Schema (draft 2020-12) of the plugin's settings.
     */
    settingsSchema?: string,
  }
}
