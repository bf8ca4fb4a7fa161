declare module 'lback:plugin/http@1.0.0' {
  /**
   * Sends a request and waits for the whole response. Every status is a response, also 404 and
   * 500.
   */
  export function send(request: Request): Response;
  /**
   * A part of a text that the host assembles.
   */
  export type Part = PartText | PartSecret;
  /**
   * Literal text.
   */
  export interface PartText {
    tag: 'text',
    val: string,
  }
  /**
   * The value of the secret with this name. The plugin doesn't need to see it, so it can't
   * leak it.
   */
  export interface PartSecret {
    tag: 'secret',
    val: string,
  }
  /**
   * A request header.
   */
  export interface Header {
    name: string,
    value: Array<Part>,
  }
  /**
   * An HTTP request.
   */
  export interface Request {
    /**
     * The method: `GET`, `POST`, `PUT` or another.
     */
    method: string,
    /**
     * An absolute `http` or `https` URL.
     */
    url: Array<Part>,
    headers: Array<Header>,
    body: Uint8Array,
  }
  /**
   * An HTTP response.
   */
  export interface Response {
    status: number,
    /**
     * Names, in lower case, and values, in the order of the response.
     */
    headers: Array<[string, string]>,
    body: Uint8Array,
  }
  /**
   * The reason why there is no response.
   */
  export type Error = ErrorInvalid | ErrorRefused | ErrorUnreachable | ErrorLimit;
  /**
   * The request is malformed.
   */
  export interface ErrorInvalid {
    tag: 'invalid',
    val: string,
  }
  /**
   * The origin, the address or the secret is not granted.
   */
  export interface ErrorRefused {
    tag: 'refused',
    val: string,
  }
  /**
   * There is no response: name resolution, connection or TLS failed, or the connection
   * broke.
   */
  export interface ErrorUnreachable {
    tag: 'unreachable',
    val: string,
  }
  /**
   * The call exceeded a limit: the size of a request or response, or the number of requests.
   */
  export interface ErrorLimit {
    tag: 'limit',
    val: string,
  }
}
