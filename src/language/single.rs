//! A typed node in one row: for constants, and for why a rule came out as it did.

use std::sync::{Arc, LazyLock};

use jiff::tz::TimeZone;

use super::evaluate::{Broken, Stop};
use super::fault::Fault;
use super::node::{Node, Op};
use super::{Calendar, Frame, Value, scalar};

/// What needs no calendar needs none of these hours either.
static NONE: LazyLock<Arc<Calendar>> = LazyLock::new(|| Arc::new(Calendar::office_hours(TimeZone::UTC)));

/// The value of a node all of whose parts are constant; none where it breaks a limit.
pub(super) fn of_constants(node: &Node) -> Option<Value> {
    let frame = Frame { rows: 1, columns: &[] };
    Row::new(frame, 0, &NONE, &[]).value(node).ok()
}

pub(super) struct Row<'a> {
    frame: Frame<'a>,
    row: usize,
    calendar: &'a Arc<Calendar>,
    steps: &'a [Node],
    done: Vec<Option<Value>>,
}

impl<'a> Row<'a> {
    pub fn new(frame: Frame<'a>, row: usize, calendar: &'a Arc<Calendar>, steps: &'a [Node]) -> Self {
        Self { frame, row, calendar, steps, done: vec![None; steps.len()] }
    }

    pub fn step(&self, local: usize) -> Option<&'a Node> {
        self.steps.get(local)
    }

    fn checked<T>(&self, result: Result<T, Fault>) -> Result<T, Stop> {
        result.map_err(|fault| Stop::Limit(Broken { row: self.row, fault }))
    }

    fn values(&mut self, nodes: &[Node]) -> Result<Vec<Value>, Stop> {
        nodes.iter().map(|n| self.value(n)).collect()
    }

    pub fn value(&mut self, node: &Node) -> Result<Value, Stop> {
        Ok(match &node.op {
            Op::Constant(value) => value.clone(),
            Op::Moment(written) => scalar::of_moment(written.moment(&self.calendar.zone)),
            Op::Slot(slot) => {
                let value = self.frame.columns.get(*slot).map_or(Value::Missing, |c| c.value(self.row));
                if value.ty() == node.ty { value } else { Value::Missing }
            }
            Op::Local(local) => self.local(*local)?,
            Op::Arithmetic(operator, a, b) => {
                let result = scalar::arithmetic(*operator, &self.value(a)?, &self.value(b)?);
                self.checked(result)?
            }
            Op::Negate(a) => scalar::negate(&self.value(a)?),
            Op::Compare(comparison, a, b) => {
                scalar::compare(*comparison, &self.value(a)?, &self.value(b)?, self.calendar)
            }
            Op::And(list) => self.values(list)?.iter().fold(Value::YesNo(true), |a, b| scalar::and(&a, b)),
            Op::Or(list) => self.values(list)?.iter().fold(Value::YesNo(false), |a, b| scalar::or(&a, b)),
            Op::Not(a) => scalar::not(&self.value(a)?),
            Op::Coalesce(a, b) => match self.value(a)? {
                Value::Missing => self.value(b)?,
                value => value,
            },
            Op::If(test, a, b) => match self.value(test)? {
                Value::YesNo(true) => self.value(a)?,
                Value::YesNo(false) => self.value(b)?,
                _ => Value::Missing,
            },
            Op::Call(builtin, arguments) => {
                let values = self.values(arguments)?;
                let result = scalar::call(builtin, &values, self.calendar);
                self.checked(result)?
            }
            Op::Among(a, list) => scalar::among(&self.value(a)?, list, self.calendar),
            Op::List(items) => numbers(&self.values(items)?),
            Op::Holds(list, item) => match (self.value(list)?, self.value(item)?) {
                (Value::Numbers(list), item) => {
                    let list: Vec<Value> = list.iter().map(|x| Value::Number(*x)).collect();
                    if item == Value::Missing { Value::Missing } else { scalar::among(&item, &list, self.calendar) }
                }
                _ => Value::Missing,
            },
            Op::Index(list, at) => match (self.value(list)?, self.value(at)?) {
                (Value::Numbers(list), Value::Number(at)) => scalar::of_number(scalar::index(&list, at)),
                _ => Value::Missing,
            },
            Op::Joined(parts) => {
                let shown: Option<Vec<_>> =
                    self.values(parts)?.iter().map(|v| scalar::shown(v, self.calendar)).collect();
                match shown {
                    Some(parts) => Value::Text(self.checked(scalar::joined(&parts))?),
                    None => Value::Missing,
                }
            }
            Op::Seconds(a) => match self.value(a)? {
                Value::Duration(d) => scalar::of_number(scalar::seconds(d)),
                _ => Value::Missing,
            },
            Op::Inlined(inner) => self.value(inner)?,
            Op::Script(script, arguments) => {
                let values = self.values(arguments)?;
                let (mut found, _) = script.run(1, &|_| values.clone(), self.calendar).map_err(Stop::Script)?;
                found.pop().unwrap_or(Value::Missing)
            }
            Op::Opaque => Value::Missing,
        })
    }

    fn local(&mut self, local: usize) -> Result<Value, Stop> {
        if let Some(Some(value)) = self.done.get(local) {
            return Ok(value.clone());
        }
        let Some(step) = self.steps.get(local) else { return Ok(Value::Missing) };
        let value = self.value(step)?;
        if let Some(place) = self.done.get_mut(local) {
            *place = Some(value.clone());
        }
        Ok(value)
    }
}

/// A list of numbers; missing where one is.
pub(super) fn numbers(values: &[Value]) -> Value {
    let list: Option<Vec<f64>> =
        values.iter().map(|v| if let Value::Number(x) = v { Some(*x) } else { None }).collect();
    list.map_or(Value::Missing, |list| Value::Numbers(Arc::new(list)))
}
