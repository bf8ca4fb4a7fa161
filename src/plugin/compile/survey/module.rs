//! The sections of a module.

use wasmparser::{
    CompositeInnerType, DataSectionReader, ElementItems, ElementSectionReader, Payload, TableSectionReader, TypeRef,
    TypeSectionReader,
};

use super::super::dimension::Dimension;
use super::{Survey, Surveyor};

impl<S: Surveyor> Survey<'_, S> {
    /// Counts the items of a section of a module; returns the payload of any other section.
    pub(super) fn of_module<'p>(&mut self, payload: Payload<'p>) -> Result<Option<Payload<'p>>, S::Stop> {
        use Dimension as D;
        match payload {
            Payload::TypeSection(types) => self.types(types)?,
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import?;
                    self.name(import.module)?;
                    self.name(import.name)?;
                    self.imported(import.ty)?;
                }
            }
            Payload::FunctionSection(functions) => {
                self.scoped(D::Functions, functions.count().into(), |scope| &mut scope.functions)?;
            }
            Payload::TableSection(tables) => self.tables(tables)?,
            Payload::MemorySection(memories) => {
                self.scoped(D::Memories, memories.count().into(), |scope| &mut scope.memories)?;
            }
            Payload::GlobalSection(globals) => {
                self.scoped(D::Globals, globals.count().into(), |scope| &mut scope.globals)?;
            }
            Payload::ExportSection(exports) => {
                self.scoped(D::Exports, exports.count().into(), |scope| &mut scope.exports)?;
                for export in exports {
                    self.name(export?.name)?;
                }
            }
            Payload::ElementSection(elements) => self.elements(elements)?,
            Payload::DataSection(data) => self.data(&data)?,
            other => return Ok(Some(other)),
        }
        Ok(None)
    }

    fn types(&mut self, types: TypeSectionReader<'_>) -> Result<(), S::Stop> {
        for group in types {
            for ty in group?.into_types() {
                self.scoped(Dimension::Types, 1, |scope| &mut scope.types)?;
                if let CompositeInnerType::Func(function) = &ty.composite_type.inner {
                    self.surveyor.note(Dimension::Parameters, function.params().len() as u64)?;
                    self.surveyor.note(Dimension::Results, function.results().len() as u64)?;
                }
            }
        }
        Ok(())
    }

    fn imported(&mut self, ty: TypeRef) -> Result<(), S::Stop> {
        use Dimension as D;
        self.scoped(D::Imports, 1, |scope| &mut scope.imports)?;
        match ty {
            TypeRef::Func(_) | TypeRef::FuncExact(_) => self.scoped(D::Functions, 1, |scope| &mut scope.functions),
            TypeRef::Table(_) => self.scoped(D::Tables, 1, |scope| &mut scope.tables),
            TypeRef::Memory(_) => self.scoped(D::Memories, 1, |scope| &mut scope.memories),
            TypeRef::Global(_) => self.scoped(D::Globals, 1, |scope| &mut scope.globals),
            TypeRef::Tag(_) => Ok(()),
        }
    }

    fn tables(&mut self, tables: TableSectionReader<'_>) -> Result<(), S::Stop> {
        self.scoped(Dimension::Tables, tables.count().into(), |scope| &mut scope.tables)?;
        for table in tables {
            let elements = table?.ty.initial;
            self.total(Dimension::TableElements, elements, |totals| &mut totals.table_elements)?;
        }
        Ok(())
    }

    fn elements(&mut self, elements: ElementSectionReader<'_>) -> Result<(), S::Stop> {
        self.scoped(Dimension::ElementSegments, elements.count().into(), |scope| &mut scope.segments)?;
        for segment in elements {
            let count = match segment?.items {
                ElementItems::Functions(functions) => functions.count(),
                ElementItems::Expressions(_, expressions) => expressions.count(),
            };
            self.scoped(Dimension::Elements, count.into(), |scope| &mut scope.elements)?;
        }
        Ok(())
    }

    fn data(&mut self, data: &DataSectionReader<'_>) -> Result<(), S::Stop> {
        self.scoped(Dimension::DataSegments, data.count().into(), |scope| &mut scope.data)
    }
}
