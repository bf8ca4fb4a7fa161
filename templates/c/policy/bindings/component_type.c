// The bindings link an object file with the component's type where there is one. Here `lback plugin componentize` adds the type.
void __component_type_object_force_link_policy_plugin(void) {}
