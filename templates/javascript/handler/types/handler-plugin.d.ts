/// <reference path="./interfaces/lback-plugin-handler.d.ts" />
/// <reference path="./interfaces/lback-plugin-http.d.ts" />
/// <reference path="./interfaces/lback-plugin-log.d.ts" />
/// <reference path="./interfaces/lback-plugin-metadata.d.ts" />
/// <reference path="./interfaces/lback-plugin-secrets.d.ts" />
/// <reference path="./interfaces/lback-plugin-store.d.ts" />
/// <reference path="./interfaces/lback-plugin-types.d.ts" />
declare module 'lback:plugin/handler-plugin@1.0.0' {
  export type * as LbackPluginHttp100 from 'lback:plugin/http@1.0.0'; // import lback:plugin/http@1.0.0
  export type * as LbackPluginLog100 from 'lback:plugin/log@1.0.0'; // import lback:plugin/log@1.0.0
  export type * as LbackPluginSecrets100 from 'lback:plugin/secrets@1.0.0'; // import lback:plugin/secrets@1.0.0
  export type * as LbackPluginStore100 from 'lback:plugin/store@1.0.0'; // import lback:plugin/store@1.0.0
  export type * as LbackPluginTypes100 from 'lback:plugin/types@1.0.0'; // import lback:plugin/types@1.0.0
  export * as metadata from 'lback:plugin/metadata@1.0.0'; // export lback:plugin/metadata@1.0.0
  export * as handler from 'lback:plugin/handler@1.0.0'; // export lback:plugin/handler@1.0.0
}
