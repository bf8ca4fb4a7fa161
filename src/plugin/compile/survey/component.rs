//! The sections of a component.

use wasmparser::{
    ComponentAlias, ComponentInstance, ComponentType, ComponentTypeDeclaration, CoreType, Instance,
    InstanceTypeDeclaration, Payload,
};

use super::super::dimension::Dimension;
use super::counts::Brought;
use super::{Survey, Surveyor};

impl<S: Surveyor> Survey<'_, S> {
    pub(super) fn of_component(&mut self, payload: Payload<'_>) -> Result<(), S::Stop> {
        use Dimension as D;
        match payload {
            Payload::InstanceSection(instances) => {
                for instance in instances {
                    self.core_instance(&instance?)?;
                }
            }
            Payload::ComponentInstanceSection(instances) => {
                for instance in instances {
                    self.instance(&instance?)?;
                }
            }
            Payload::ComponentAliasSection(aliases) => {
                self.total(D::Aliases, aliases.count().into(), |totals| &mut totals.aliases)?;
                for alias in aliases {
                    self.alias(&alias?)?;
                }
            }
            Payload::CoreTypeSection(types) => {
                for ty in types {
                    self.total(D::ComponentTypes, 1, |totals| &mut totals.types)?;
                    self.core_type(&ty?)?;
                }
            }
            Payload::ComponentTypeSection(types) => {
                for ty in types {
                    self.total(D::ComponentTypes, 1, |totals| &mut totals.types)?;
                    self.component_type(&ty?, 1)?;
                }
            }
            Payload::ComponentCanonicalSection(functions) => {
                self.total(D::ComponentFunctions, functions.count().into(), |totals| &mut totals.functions)?;
            }
            Payload::ComponentImportSection(imports) => {
                self.total(D::ComponentImports, imports.count().into(), |totals| &mut totals.imports)?;
                for import in imports {
                    self.name(import?.name.name)?;
                }
            }
            Payload::ComponentExportSection(exports) => {
                self.total(D::ComponentExports, exports.count().into(), |totals| &mut totals.exports)?;
                for export in exports {
                    self.name(export?.name.name)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn core_instance(&mut self, instance: &Instance<'_>) -> Result<(), S::Stop> {
        let (arguments, brought) = match instance {
            Instance::Instantiate { args, .. } => (args.len(), Brought { instances: 1, ..self.largest }),
            Instance::FromExports(exports) => (exports.len(), Brought { instances: 1, parts: 0 }),
        };
        self.total(Dimension::CoreInstances, 1, |totals| &mut totals.core_instances)?;
        self.instantiated(arguments, brought)
    }

    fn instance(&mut self, instance: &ComponentInstance<'_>) -> Result<(), S::Stop> {
        let (arguments, brought) = match instance {
            // Which component it is doesn't matter: the largest one so far is an upper bound.
            ComponentInstance::Instantiate { args, .. } => (args.len(), self.largest),
            ComponentInstance::FromExports(exports) => (exports.len(), Brought { instances: 1, parts: 0 }),
        };
        self.instantiated(arguments, brought)
    }

    /// Counts instances with those that they bring. A component that instantiates another one
    /// twice, which instantiates a third one twice, is small, and its instances are not.
    fn instantiated(&mut self, arguments: usize, brought: Brought) -> Result<(), S::Stop> {
        self.total(Dimension::Arguments, arguments as u64, |totals| &mut totals.arguments)?;
        let Some(scope) = self.open.last_mut() else { return Ok(()) };
        scope.brought = scope.brought.and(brought);
        let Brought { instances, parts } = scope.brought;
        self.surveyor.note(Dimension::Instances, instances)?;
        self.surveyor.note(Dimension::InstanceParts, parts)
    }

    fn alias(&mut self, alias: &ComponentAlias<'_>) -> Result<(), S::Stop> {
        match alias {
            ComponentAlias::InstanceExport { name, .. } | ComponentAlias::CoreInstanceExport { name, .. } => {
                self.name(name)
            }
            ComponentAlias::Outer { .. } => Ok(()),
        }
    }

    fn core_type(&mut self, ty: &CoreType<'_>) -> Result<(), S::Stop> {
        match ty {
            CoreType::Rec(group) => self.parts(group.types().len()),
            CoreType::Module(declarations) => self.parts(declarations.len()),
        }
    }

    fn component_type(&mut self, ty: &ComponentType<'_>, depth: u64) -> Result<(), S::Stop> {
        self.surveyor.note(Dimension::TypeDepth, depth)?;
        match ty {
            ComponentType::Defined(defined) => self.parts(defined_parts(defined)),
            ComponentType::Func(function) => self.parts(function.params.len() + 1),
            ComponentType::Resource { .. } => self.parts(1),
            ComponentType::Component(declarations) => {
                for declaration in declarations {
                    self.parts(1)?;
                    match declaration {
                        ComponentTypeDeclaration::Type(ty) => self.component_type(ty, depth + 1)?,
                        ComponentTypeDeclaration::CoreType(ty) => self.core_type(ty)?,
                        ComponentTypeDeclaration::Export { name, .. } => self.name(name.name)?,
                        ComponentTypeDeclaration::Import(import) => self.name(import.name.name)?,
                        ComponentTypeDeclaration::Alias(alias) => self.alias(alias)?,
                    }
                }
                Ok(())
            }
            ComponentType::Instance(declarations) => {
                for declaration in declarations {
                    self.parts(1)?;
                    match declaration {
                        InstanceTypeDeclaration::Type(ty) => self.component_type(ty, depth + 1)?,
                        InstanceTypeDeclaration::CoreType(ty) => self.core_type(ty)?,
                        InstanceTypeDeclaration::Export { name, .. } => self.name(name.name)?,
                        InstanceTypeDeclaration::Alias(alias) => self.alias(alias)?,
                    }
                }
                Ok(())
            }
        }
    }

    fn parts(&mut self, count: usize) -> Result<(), S::Stop> {
        self.total(Dimension::TypeParts, count as u64, |totals| &mut totals.type_parts)
    }
}

fn defined_parts(defined: &wasmparser::ComponentDefinedType<'_>) -> usize {
    use wasmparser::ComponentDefinedType as T;
    match defined {
        T::Record(fields) => fields.len(),
        T::Variant(cases) => cases.len(),
        T::Tuple(types) => types.len(),
        T::Flags(names) | T::Enum(names) => names.len(),
        _ => 1,
    }
}
