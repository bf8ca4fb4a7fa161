declare module 'lback:plugin/http@1.0.0' {
  /**
   * Sends a request and waits for the whole answer. Every status is an answer, also 404 and 500.
   */
  export function send(request: Request): Response;
  /**
   * A piece of a text that the host puts together.
   */
  export type Part = PartText | PartSecret;
  /**
   * These characters.
   */
  export interface PartText {
    tag: 'text',
    val: string,
  }
  /**
   * The value of the secret with this name. The plugin need not see it, so it can't leak it.
   */
  export interface PartSecret {
    tag: 'secret',
    val: string,
  }
  export interface Header {
    name: string,
    value: Array<Part>,
  }
  export interface Request {
    /**
     * As `GET`, `POST`, `PUT`.
     */
    method: string,
    /**
     * An absolute `http` or `https` URL.
     */
    url: Array<Part>,
    headers: Array<Header>,
    body: Uint8Array,
  }
  export interface Response {
    status: number,
    /**
     * Names in lower case, in the order of their arrival.
     */
    headers: Array<[string, string]>,
    body: Uint8Array,
  }
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
   * No answer: name resolution, connection or TLS failed, or the connection broke.
   */
  export interface ErrorUnreachable {
    tag: 'unreachable',
    val: string,
  }
  /**
   * A limit of the host: size of request or answer, number of requests.
   */
  export interface ErrorLimit {
    tag: 'limit',
    val: string,
  }
}
