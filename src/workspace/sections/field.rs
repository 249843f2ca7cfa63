//! The fields of a source, and the names that its expressions may use.

use std::collections::BTreeSet;

use crate::diagnostic::{Authored, Diagnostic, Said};
use crate::language::{Expected, Program, Type};
use crate::said;
use crate::workspace::codes;
use crate::workspace::keys::{FIELD, FIELD_TYPES};
use crate::workspace::names::Named;
use crate::workspace::plan::Field;
use crate::workspace::reader::Reader;
use crate::workspace::scopes::SourceScope;
use crate::workspace::tree::{Kind, Node};

/// The fields of one source as expressions see them.
#[derive(Default)]
pub struct FieldNames {
    pub source: String,
    pub types: Vec<(String, Type)>,
    pub broken: BTreeSet<String>,
    /// Fields of other sources: (field, source).
    pub elsewhere: Vec<(String, String)>,
    /// The titles of columns, each with its field.
    pub columns: Vec<(String, String)>,
    /// The source through which this one's rows are credited.
    pub through: Option<String>,
    pub used: BTreeSet<usize>,
    /// The credit is faulty, so that nobody knows which fields it takes.
    pub credit_broken: bool,
}

impl FieldNames {
    pub fn position(&self, name: &str) -> Option<usize> {
        self.types.iter().position(|(n, _)| n == name)
    }

    /// Compiles an expression over the source's rows and notes the fields it reads.
    pub fn compile(&mut self, reader: &mut Reader, node: &Node, expected: Expected) -> Option<Program> {
        let before = reader.diagnostics.len();
        let mut scope = SourceScope {
            source: &self.source,
            fields: &self.types,
            broken: &self.broken,
            elsewhere: &self.elsewhere,
            through: self.through.as_deref(),
            touched_broken: false,
        };
        let program = reader.compile(node, expected, &mut scope);
        if program.is_none()
            && let Some(found) = self.by_its_title(node)
        {
            reader.diagnostics.truncate(before);
            reader.report(found);
            return None;
        }
        if scope.touched_broken || (program.is_none() && self.credit_broken) {
            // The problem of the field or the credit has been reported; what follows from it would only confuse.
            reader.diagnostics.truncate(before);
            return None;
        }
        let program = program?;
        let fields = self.types.len();
        self.used.extend(program.slots().iter().copied().filter(|slot| *slot < fields));
        Some(program)
    }

    /// `Speed of answer <= 20`: a column named by its title, with or without quotes.
    fn by_its_title(&self, node: &Node) -> Option<Diagnostic> {
        let text = node.text()?;
        let written = text.value.trim();
        let (title, field) =
            self.columns.iter().find(|(title, _)| title.contains(' ') && written.contains(title.as_str()))?;
        let quoted = format!("\"{title}\"");
        let found = if written.contains(&quoted) { quoted } else { title.clone() };
        let start = text.value.find(&found)?;
        let anew = written.replace(&found, field);
        Some(
            Diagnostic::error(
                &codes::UNKNOWN_FIELD,
                said!("`{column}` is a column, and expressions name fields", column = title),
            )
            .at(text.span(start..start + found.len()), said!("its field is `{field}`", field))
            .help(said!("write `{expression}`", expression = text.in_place(&anew))),
        )
    }
}

fn type_of(word: &str) -> Option<Type> {
    Some(match word {
        "number" => Type::Number,
        "text" => Type::Text,
        "yes_no" => Type::YesNo,
        "time" => Type::Time,
        "duration" => Type::Duration,
        _ => return None,
    })
}

/// The declared fields, and the names of those that are faulty.
pub fn read(reader: &mut Reader, node: Option<&Node>) -> (Vec<Field>, BTreeSet<String>) {
    let (mut fields, mut broken) = (Vec::new(), BTreeSet::new());
    let Some(node) = node else { return (fields, broken) };
    for (key, value) in reader.named(node, said!("a field")) {
        let before = reader.diagnostics.len();
        reader.check_name(key, Named::Field);
        fields.push(field(reader, key, value));
        if reader.diagnostics.len() > before {
            broken.insert(key.value.clone());
        }
    }
    (fields, broken)
}

fn field(reader: &mut Reader, key: &Authored<String>, node: &Node) -> Field {
    let mut field = Field {
        name: key.value.clone(),
        origin: key.origin.clone(),
        column: key.value.clone(),
        ty: Type::Text,
        decimals: 6,
        pattern: None,
        yes: Vec::new(),
        no: Vec::new(),
        taken: None,
        used: false,
    };
    if let Kind::Map(_) = node.kind {
        long_form(reader, node, &mut field);
    } else if let Some(ty) = reader.one_of(node, FIELD_TYPES, "type").and_then(|w| type_of(&w.value)) {
        field.ty = ty;
    }
    field
}

fn long_form(reader: &mut Reader, node: &Node, field: &mut Field) {
    let opened = reader.open(node, &FIELD);
    if let Some(column) = opened.get("column").and_then(|n| reader.text(n)) {
        field.column = column.value;
        field.origin = column.origin;
    }
    if let Some(node) = opened.get("pattern") {
        field.pattern = pattern(reader, node);
        field.ty = Type::Number;
    }
    if let Some(ty) = reader.word(&opened, "type", FIELD_TYPES).and_then(|w| type_of(&w.value)) {
        field.ty = ty;
    }
    if let Some(decimals) = opened.get("decimals").and_then(|n| reader.count_in(n, 0, 12)) {
        field.decimals = decimals.value as u8;
    }
    let words = |reader: &mut Reader, key: &str| -> Vec<String> {
        opened.get(key).map(|n| reader.texts(n)).unwrap_or_default().into_iter().map(|t| t.value).collect()
    };
    field.yes = words(reader, "yes");
    field.no = words(reader, "no");
    if let Some(both) = field.yes.iter().find(|y| field.no.contains(y)) {
        let key = opened.key_origin("no");
        reader.report(
            Diagnostic::error(&codes::WRONG_SHAPE, said!("`{word}` can't mean both yes and no", word = both))
                .at(key.span, Said::default())
                .help(said!("keep it in one of the two lists")),
        );
    }
}

/// `"{} out of 10"`: what stands before and after the hole.
fn pattern(reader: &mut Reader, node: &Node) -> Option<(String, String)> {
    let text = reader.text(node)?;
    match text.value.split_once("{}") {
        Some((before, after)) if !after.contains("{}") => Some((before.to_string(), after.to_string())),
        _ => {
            let help = said!("write `\"{} out of 10\"`: the value stands in the hole");
            reader.wrong(node, said!("a text with one hole `{}`"), help);
            None
        }
    }
}
