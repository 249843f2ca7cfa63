//! Why an expression came out as it did in one row: the parts that decided.

use std::sync::Arc;

use super::evaluate::Stop;
use super::node::{Node, Op};
use super::single::Row;
use super::tree::Extent;
use super::{Because, Calendar, Frame, Value};
use crate::diagnostic::Text;

pub(super) fn because(
    root: &Node,
    steps: &[Node],
    text: &Text,
    frame: Frame<'_>,
    row: usize,
    calendar: &Arc<Calendar>,
) -> Result<Because, Stop> {
    let whole = Extent::new(0, text.value.len());
    Teller { text, row: Row::new(frame, row, calendar, steps) }.tell(root, whole)
}

struct Teller<'a> {
    text: &'a Text,
    row: Row<'a>,
}

impl Teller<'_> {
    /// `at` stands in where the node has no place of its own.
    fn tell(&mut self, node: &Node, at: Extent) -> Result<Because, Stop> {
        if let Op::Local(local) = node.op
            && let Some(step) = self.row.step(local)
        {
            return self.tell(&step.clone(), if node.at == Extent::default() { at } else { node.at });
        }
        let at = if node.at == Extent::default() { at } else { node.at };
        let value = self.row.value(node)?;
        let parts = match &node.op {
            Op::And(list) => self.deciding(list, &value, &Value::YesNo(false))?,
            Op::Or(list) => self.deciding(list, &value, &Value::YesNo(true))?,
            Op::Not(a) => vec![self.tell(a, at)?],
            Op::If(test, a, b) => {
                let told = self.tell(test, at)?;
                let taken = match told.value {
                    Value::YesNo(true) => Some(a),
                    Value::YesNo(false) => Some(b),
                    _ => None,
                };
                let mut parts = vec![told];
                if let Some(taken) = taken.filter(|t| t.value().is_none()) {
                    parts.push(self.tell(taken, at)?);
                }
                parts
            }
            Op::Compare(_, a, b) => self.sides(&[a, b])?,
            Op::Among(a, _) => self.sides(&[a])?,
            _ => Vec::new(),
        };
        Ok(Because { wording: self.wording(at), value, span: self.text.span(at.range()), parts })
    }

    fn wording(&self, at: Extent) -> String {
        self.text.value.get(at.range()).unwrap_or(&self.text.value).trim().to_string()
    }

    /// Where one part is enough, those that were; else all. A missing result comes from what is missing.
    fn deciding(&mut self, list: &[Node], value: &Value, enough: &Value) -> Result<Vec<Because>, Stop> {
        let mut parts = Vec::with_capacity(list.len());
        for node in list {
            parts.push(self.tell(node, Extent::default())?);
        }
        if value == enough || *value == Value::Missing {
            parts.retain(|p| p.value == *value);
        }
        Ok(parts)
    }

    /// The values compared, constants left out.
    fn sides(&mut self, nodes: &[&Node]) -> Result<Vec<Because>, Stop> {
        let mut parts = Vec::new();
        for node in nodes {
            if node.value().is_some() || matches!(node.op, Op::Moment(_)) || node.at == Extent::default() {
                continue;
            }
            parts.push(Because {
                wording: self.wording(node.at),
                value: self.row.value(node)?,
                span: self.text.span(node.at.range()),
                parts: Vec::new(),
            });
        }
        Ok(parts)
    }
}
