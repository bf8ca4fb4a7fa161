declare module 'lback:plugin/metadata@1.0.0' {
  /**
   * Called when the plugin is first seen, with nothing granted; the answer is kept. It must not
   * depend on anything outside the plugin.
   */
  export function describe(): Description;
  /**
   * One thing that is asked for.
   */
  export type Request = RequestNamed | RequestInSetting;
  /**
   * This one.
   */
  export interface RequestNamed {
    tag: 'named',
    val: string,
  }
  /**
   * What the plugin's setting at this JSON Pointer (RFC 6901) says, as `/pushgateway`: for
   * an origin, that of the URL there. A setting that is absent counts as its `default` in
   * the settings schema; without one, nothing is asked for.
   */
  export interface RequestInSetting {
    tag: 'in-setting',
    val: string,
  }
  /**
   * What a plugin asks for. A policy can be granted none of it.
   */
  export interface Permissions {
    /**
     * Web origins (scheme, host, and port unless it is the scheme's own) that it sends
     * requests to, as `https://hooks.slack.com`.
     */
    http: Array<Request>,
    /**
     * Names of secrets.
     */
    secrets: Array<Request>,
  }
  /**
   * A plugin's own account of itself.
   */
  export interface Description {
    /**
     * The plugin's name, in kebab-case, as `guard`. `lback.toml` may give an instance of it
     * another one.
     */
    name: string,
    /**
     * The plugin's version, as SemVer.
     */
    version: string,
    /**
     * What it does, in one line.
     */
    summary: string,
    /**
     * The signals that it wants where `lback.toml` doesn't choose: their names as in
     * `types.signal`, in snake case, as `alembic_command_started`. A policy is asked about
     * before-signals only.
     */
    signals: Array<string>,
    /**
     * What it asks for. It gets what is also granted in `lback.toml`, and without a grant
     * nothing.
     */
    permissions: Permissions,
    /**
     * A JSON Schema (draft 2020-12) of its settings.
     */
    settingsSchema?: string,
  }
}
