/// <reference path="./interfaces/lback-plugin-log.d.ts" />
/// <reference path="./interfaces/lback-plugin-metadata.d.ts" />
/// <reference path="./interfaces/lback-plugin-plan.d.ts" />
/// <reference path="./interfaces/lback-plugin-policy.d.ts" />
/// <reference path="./interfaces/lback-plugin-types.d.ts" />
declare module 'lback:plugin/policy-plugin@1.0.0' {
  export type * as LbackPluginLog100 from 'lback:plugin/log@1.0.0'; // import lback:plugin/log@1.0.0
  export type * as LbackPluginPlan100 from 'lback:plugin/plan@1.0.0'; // import lback:plugin/plan@1.0.0
  export type * as LbackPluginTypes100 from 'lback:plugin/types@1.0.0'; // import lback:plugin/types@1.0.0
  export * as metadata from 'lback:plugin/metadata@1.0.0'; // export lback:plugin/metadata@1.0.0
  export * as policy from 'lback:plugin/policy@1.0.0'; // export lback:plugin/policy@1.0.0
}
