//! Runs typed nodes over a frame, a column at a time. Each kind of value has its own walk, so no row ever
//! asks what type it is.

use std::sync::Arc;

use super::kernels::lists::{self, List};
use super::kernels::texts::{self, Words};
use super::kernels::{Lane, map, numbers, times, truths, zip};
use super::node::{Node, Op};
use super::tree::Arithmetic;
use super::vocabulary::Kernel;
use super::{Breach, Calendar, Column, Frame, MISSING_TIME, TextColumn, Truth, Type, Value, limits, scalar};

/// A column of one kind.
#[derive(Clone, Debug)]
pub(super) enum Data {
    Number(Lane<f64>),
    Truth(Lane<Truth>),
    /// Moments and lengths.
    Time(Lane<i64>),
    Text(Words),
    List(Lane<List>),
    Missing,
}

/// A limit broken in a row, before the place is known.
pub(super) struct Broken {
    pub row: usize,
    pub message: String,
}

/// What stops an evaluation.
pub(super) enum Stop {
    Limit(Broken),
    Script(Breach),
}

type Done<T> = Result<T, Stop>;

pub(super) struct Evaluator<'a> {
    frame: Frame<'a>,
    calendar: &'a Arc<Calendar>,
    steps: &'a [Node],
    done: Vec<Option<(Data, Option<Vec<u8>>)>>,
    /// Rows in which a division by zero made what is being computed missing; kept only when asked for.
    zeros: Option<Vec<u8>>,
    counting: bool,
}

impl<'a> Evaluator<'a> {
    pub fn new(frame: Frame<'a>, calendar: &'a Arc<Calendar>, steps: &'a [Node], counting: bool) -> Self {
        Self { frame, calendar, steps, done: vec![None; steps.len()], zeros: None, counting }
    }

    /// All steps in order, then the root.
    pub fn run(&mut self, root: &Node) -> Done<Data> {
        for (i, step) in self.steps.iter().enumerate() {
            let data = self.data(step)?;
            let zeros = self.zeros.take();
            self.done[i] = Some((data, zeros));
        }
        self.data(root)
    }

    /// Rows whose result is missing through a division by zero.
    pub fn divided_by_zero(&self) -> Vec<u32> {
        let Some(zeros) = &self.zeros else { return Vec::new() };
        zeros.iter().enumerate().filter(|(_, z)| **z != 0).map(|(i, _)| i as u32).collect()
    }

    pub fn data(&mut self, node: &Node) -> Done<Data> {
        Ok(match node.ty {
            Type::Number => Data::Number(self.number(node)?),
            Type::YesNo => Data::Truth(self.truth(node)?),
            Type::Time | Type::Duration => Data::Time(self.time(node)?),
            Type::Text => Data::Text(self.text(node)?),
            Type::Numbers => Data::List(self.list(node)?),
            Type::Missing => Data::Missing,
        })
    }

    fn column(&self, slot: usize) -> Option<&'a Column> {
        self.frame.columns.get(slot)
    }

    fn local(&mut self, local: usize) -> Data {
        let Some(Some((data, zeros))) = self.done.get(local).cloned() else { return Data::Missing };
        if let Some(zeros) = zeros {
            self.mark(zeros);
        }
        data
    }

    fn mark(&mut self, rows: Vec<u8>) {
        match &mut self.zeros {
            None => self.zeros = Some(rows),
            Some(known) => known.iter_mut().zip(rows).for_each(|(a, b)| *a |= b),
        }
    }

    /// Puts back what was set aside while another part was computed.
    fn also(&mut self, before: Option<Vec<u8>>) {
        if let Some(rows) = before {
            self.mark(rows);
        }
    }

    /// A row that has a value after all was not lost to a division.
    fn keep_missing(&mut self, missing: impl Fn(usize) -> bool) {
        if let Some(zeros) = &mut self.zeros {
            zeros.iter_mut().enumerate().for_each(|(row, z)| *z &= u8::from(missing(row)));
        }
    }

    /// Evaluates both branches; only divisions in the one that is taken count.
    fn branches<T>(&mut self, test: &Lane<Truth>, a: &Node, b: &Node, walk: fn(&mut Self, &Node) -> Done<T>) -> Done<(T, T)> {
        let outer = self.zeros.take();
        let yes = walk(self, a)?;
        self.keep_missing(|row| test.get(row, Truth::MISSING) == Truth::YES);
        let taken = self.zeros.take();
        let no = walk(self, b)?;
        self.keep_missing(|row| test.get(row, Truth::MISSING) == Truth::NO);
        [outer, taken].into_iter().flatten().for_each(|rows| self.mark(rows));
        Ok((yes, no))
    }

    pub fn number(&mut self, node: &Node) -> Done<Lane<f64>> {
        let before = self.zeros.take();
        let lane = self.number_of(node)?;
        self.keep_missing(|row| lane.get(row, f64::NAN).is_nan());
        self.also(before);
        Ok(lane)
    }

    fn number_of(&mut self, node: &Node) -> Done<Lane<f64>> {
        Ok(match &node.op {
            Op::Constant(Value::Number(x)) => Lane::Same(*x),
            Op::Slot(slot) => match self.column(*slot) {
                Some(Column::Number(list)) => Lane::Each(list.clone()),
                Some(Column::Constant(Value::Number(x))) => Lane::Same(super::number::finite(*x)),
                _ => Lane::Same(f64::NAN),
            },
            Op::Local(local) => match self.local(*local) {
                Data::Number(lane) => lane,
                _ => Lane::Same(f64::NAN),
            },
            Op::Arithmetic(operator, a, b) if a.ty == Type::Duration => {
                let (x, y) = (self.time(a)?, self.time(b)?);
                if self.counting && *operator == Arithmetic::Divide {
                    let rows = zip(&x, &y, |x, y| u8::from(y == 0 && x != MISSING_TIME)).owned(self.frame.rows);
                    self.mark(rows);
                }
                zip(&x, &y, scalar::time_ratio)
            }
            Op::Arithmetic(operator, a, b) => {
                let (x, y) = (self.number(a)?, self.number(b)?);
                if self.counting
                    && matches!(operator, Arithmetic::Divide | Arithmetic::Remainder)
                    && let Some(rows) = numbers::zero_divisions(&x, &y, self.frame.rows)
                {
                    self.mark(rows);
                }
                numbers::arithmetic(*operator, x, y)
            }
            Op::Negate(a) => map(&self.number(a)?, |x| -x),
            Op::Coalesce(a, b) => {
                let (x, y) = (self.number(a)?, self.number(b)?);
                truths::coalesce(x, &y, f64::is_nan)
            }
            Op::If(test, a, b) => {
                let test = self.truth(test)?;
                let (x, y) = self.branches(&test, a, b, Self::number)?;
                truths::choose(&test, &x, &y, f64::NAN)
            }
            Op::Seconds(a) => map(&self.time(a)?, scalar::seconds),
            Op::Index(list, at) => {
                let (list, at) = (self.list(list)?, self.number(at)?);
                lists::index(&list, &at, self.frame.rows)
            }
            Op::Call(builtin, arguments) => self.number_call(&builtin.kernel, arguments)?,
            Op::Inlined(inner) => self.number(inner)?,
            Op::Script(..) => match self.script(node)? {
                Data::Number(lane) => lane,
                _ => Lane::Same(f64::NAN),
            },
            _ => Lane::Same(f64::NAN),
        })
    }

    fn number_call(&mut self, kernel: &Kernel, arguments: &[Node]) -> Done<Lane<f64>> {
        let rows = self.frame.rows;
        Ok(match (kernel, arguments) {
            (Kernel::Number { one, all }, [a]) => match self.number(a)? {
                Lane::Same(x) => Lane::Same(one(x)),
                lane => {
                    let mut list = lane.owned(rows);
                    all(&mut list);
                    Lane::each(list)
                }
            },
            (Kernel::Pair { one, all, right }, [a, b]) => match (self.number(a)?, self.number(b)?) {
                (Lane::Same(x), Lane::Same(y)) => Lane::Same(one(x, y)),
                (lane, Lane::Same(y)) => {
                    let mut list = lane.owned(rows);
                    right(&mut list, y);
                    Lane::each(list)
                }
                (lane, Lane::Each(ys)) => {
                    let mut list = lane.owned(rows);
                    all(&mut list, &ys);
                    Lane::each(list)
                }
            },
            (Kernel::Three(f), [a, b, c]) => {
                let (x, y, z) = (self.number(a)?, self.number(b)?, self.number(c)?);
                match (&y, &z) {
                    (Lane::Same(y), Lane::Same(z)) => map(&x, |x| f(x, *y, *z)),
                    _ => Lane::each((0..rows).map(|r| f(x.get(r, f64::NAN), y.get(r, f64::NAN), z.get(r, f64::NAN))).collect()),
                }
            }
            (Kernel::TextLength(f), [a]) => texts::of_words(&self.text(a)?, f64::NAN, f),
            (Kernel::List(f), [a]) => lists::over(&self.list(a)?, *f),
            (Kernel::Between(f), [a, b]) => times::between(&self.time(a)?, &self.time(b)?, *f),
            (Kernel::Wall(f), [a]) => times::wall(self.calendar, &self.time(a)?, *f),
            (Kernel::WorkingBetween, [a, b]) => times::working_between(self.calendar, &self.time(a)?, &self.time(b)?),
            _ => Lane::Same(f64::NAN),
        })
    }

    pub fn truth(&mut self, node: &Node) -> Done<Lane<Truth>> {
        let before = self.zeros.take();
        let lane = self.truth_of(node)?;
        self.keep_missing(|row| lane.get(row, Truth::MISSING).is_missing());
        self.also(before);
        Ok(lane)
    }

    fn truth_of(&mut self, node: &Node) -> Done<Lane<Truth>> {
        Ok(match &node.op {
            Op::Constant(Value::YesNo(b)) => Lane::Same(Truth::of(*b)),
            Op::Slot(slot) => match self.column(*slot) {
                Some(Column::YesNo(list)) => Lane::Each(list.clone()),
                Some(Column::Constant(Value::YesNo(b))) => Lane::Same(Truth::of(*b)),
                _ => Lane::Same(Truth::MISSING),
            },
            Op::Local(local) => match self.local(*local) {
                Data::Truth(lane) => lane,
                _ => Lane::Same(Truth::MISSING),
            },
            Op::Compare(comparison, a, b) => match a.ty {
                Type::Number => numbers::compare(*comparison, &self.number(a)?, &self.number(b)?),
                Type::Time | Type::Duration => times::compare(*comparison, &self.time(a)?, &self.time(b)?),
                Type::Text => texts::compare(*comparison, &self.text(a)?, &self.text(b)?),
                Type::YesNo => {
                    let (x, y) = (self.truth(a)?, self.truth(b)?);
                    zip(&x, &y, |x, y| if x.is_missing() || y.is_missing() { Truth::MISSING } else { Truth::of(comparison.holds(x.0.cmp(&y.0))) })
                }
                _ => Lane::Same(Truth::MISSING),
            },
            Op::And(list) => self.all(list, truths::and)?,
            Op::Or(list) => self.all(list, truths::or)?,
            Op::Not(a) => truths::not(&self.truth(a)?),
            Op::Coalesce(a, b) => {
                let (x, y) = (self.truth(a)?, self.truth(b)?);
                truths::coalesce(x, &y, Truth::is_missing)
            }
            Op::If(test, a, b) => {
                let test = self.truth(test)?;
                let (x, y) = self.branches(&test, a, b, Self::truth)?;
                truths::choose(&test, &x, &y, Truth::MISSING)
            }
            Op::Among(a, list) => self.among(a, list)?,
            Op::Holds(list, item) => {
                let (list, item) = (self.list(list)?, self.number(item)?);
                lists::holds(&list, &item, self.frame.rows)
            }
            Op::Call(builtin, arguments) => match (&builtin.kernel, arguments.as_slice()) {
                (Kernel::IsMissing, [a]) => self.is_missing(a)?,
                (Kernel::TextTest(f), [a, b]) => texts::test_pair(&self.text(a)?, &self.text(b)?, self.frame.rows, f),
                _ => Lane::Same(Truth::MISSING),
            },
            Op::Inlined(inner) => self.truth(inner)?,
            Op::Script(..) => match self.script(node)? {
                Data::Truth(lane) => lane,
                _ => Lane::Same(Truth::MISSING),
            },
            _ => Lane::Same(Truth::MISSING),
        })
    }

    fn all(&mut self, list: &[Node], join: fn(Lane<Truth>, Lane<Truth>) -> Lane<Truth>) -> Done<Lane<Truth>> {
        let mut found: Option<Lane<Truth>> = None;
        for node in list {
            let next = self.truth(node)?;
            found = Some(match found {
                None => next,
                Some(before) => join(before, next),
            });
        }
        Ok(found.unwrap_or(Lane::Same(Truth::MISSING)))
    }

    fn among(&mut self, a: &Node, list: &[Value]) -> Done<Lane<Truth>> {
        Ok(match a.ty {
            Type::Number => {
                let list: Vec<f64> = list.iter().filter_map(|v| if let Value::Number(x) = v { Some(*x) } else { None }).collect();
                numbers::among(&self.number(a)?, &list)
            }
            Type::Text => {
                let list: Vec<Arc<str>> = list.iter().filter_map(|v| if let Value::Text(t) = v { Some(t.clone()) } else { None }).collect();
                texts::among(&self.text(a)?, &list)
            }
            Type::YesNo => {
                let list: Vec<Truth> = list.iter().filter_map(|v| if let Value::YesNo(b) = v { Some(Truth::of(*b)) } else { None }).collect();
                map(&self.truth(a)?, |x| if x.is_missing() { x } else { Truth::of(list.contains(&x)) })
            }
            _ => {
                let list: Vec<i64> = list.iter().filter_map(|v| if let Value::Time(t) | Value::Duration(t) = v { Some(*t) } else { None }).collect();
                times::among(&self.time(a)?, &list)
            }
        })
    }

    fn is_missing(&mut self, a: &Node) -> Done<Lane<Truth>> {
        Ok(match self.data(a)? {
            Data::Number(lane) => map(&lane, |x| Truth::of(x.is_nan())),
            Data::Truth(lane) => map(&lane, |x| Truth::of(x.is_missing())),
            Data::Time(lane) => map(&lane, |x| Truth::of(x == MISSING_TIME)),
            Data::Text(Words::Same(word)) => Lane::Same(Truth::of(word.is_none())),
            Data::Text(Words::Each(column)) => {
                let known = column.words.len();
                Lane::each(column.codes.iter().map(|c| Truth::of(*c as usize >= known)).collect())
            }
            Data::List(Lane::Same(list)) => Lane::Same(Truth::of(list.is_none())),
            Data::List(Lane::Each(all)) => Lane::each(all.iter().map(|l| Truth::of(l.is_none())).collect()),
            Data::Missing => Lane::Same(Truth::YES),
        })
    }

    pub fn time(&mut self, node: &Node) -> Done<Lane<i64>> {
        let before = self.zeros.take();
        let lane = self.time_of(node)?;
        self.keep_missing(|row| lane.get(row, MISSING_TIME) == MISSING_TIME);
        self.also(before);
        Ok(lane)
    }

    fn time_of(&mut self, node: &Node) -> Done<Lane<i64>> {
        Ok(match &node.op {
            Op::Constant(Value::Time(t) | Value::Duration(t)) => Lane::Same(*t),
            Op::Moment(written) => Lane::Same(written.moment(&self.calendar.zone)),
            Op::Slot(slot) => match (self.column(*slot), node.ty) {
                (Some(Column::Time(list)), Type::Time) | (Some(Column::Duration(list)), Type::Duration) => Lane::Each(list.clone()),
                (Some(Column::Constant(Value::Time(t))), Type::Time) | (Some(Column::Constant(Value::Duration(t))), Type::Duration) => Lane::Same(*t),
                _ => Lane::Same(MISSING_TIME),
            },
            Op::Local(local) => match self.local(*local) {
                Data::Time(lane) => lane,
                _ => Lane::Same(MISSING_TIME),
            },
            Op::Arithmetic(operator, a, b) => self.time_arithmetic(*operator, a, b)?,
            Op::Negate(a) => map(&self.time(a)?, |t| scalar::subtract_time(0, t)),
            Op::Coalesce(a, b) => {
                let (x, y) = (self.time(a)?, self.time(b)?);
                truths::coalesce(x, &y, |t| t == MISSING_TIME)
            }
            Op::If(test, a, b) => {
                let test = self.truth(test)?;
                let (x, y) = self.branches(&test, a, b, Self::time)?;
                truths::choose(&test, &x, &y, MISSING_TIME)
            }
            Op::Call(builtin, arguments) => match (&builtin.kernel, arguments.as_slice()) {
                (Kernel::DayStart, [a]) => times::day_start(self.calendar, &self.time(a)?),
                (Kernel::AddWorking, [a, b]) => times::add_working(self.calendar, &self.time(a)?, &self.number(b)?),
                (Kernel::Length(unit), [a]) => {
                    let unit = *unit as f64;
                    map(&self.number(a)?, |n| scalar::microseconds(n * unit))
                }
                _ => Lane::Same(MISSING_TIME),
            },
            Op::Inlined(inner) => self.time(inner)?,
            Op::Script(..) => match self.script(node)? {
                Data::Time(lane) => lane,
                _ => Lane::Same(MISSING_TIME),
            },
            _ => Lane::Same(MISSING_TIME),
        })
    }

    fn time_arithmetic(&mut self, operator: Arithmetic, a: &Node, b: &Node) -> Done<Lane<i64>> {
        Ok(match (operator, a.ty, b.ty) {
            (Arithmetic::Add, _, _) => zip(&self.time(a)?, &self.time(b)?, scalar::add_time),
            (Arithmetic::Subtract, _, _) => zip(&self.time(a)?, &self.time(b)?, scalar::subtract_time),
            (Arithmetic::Multiply, Type::Duration, _) => zip(&self.time(a)?, &self.number(b)?, scalar::scale_time),
            (Arithmetic::Multiply, _, _) => zip(&self.number(a)?, &self.time(b)?, |x, t| scalar::scale_time(t, x)),
            (Arithmetic::Divide, _, _) => {
                let (x, y) = (self.time(a)?, self.number(b)?);
                if self.counting {
                    let rows = zip(&x, &y, |x, y| u8::from(y == 0.0 && x != MISSING_TIME)).owned(self.frame.rows);
                    self.mark(rows);
                }
                zip(&x, &y, scalar::shrink_time)
            }
            _ => Lane::Same(MISSING_TIME),
        })
    }

    pub fn text(&mut self, node: &Node) -> Done<Words> {
        let before = self.zeros.take();
        let words = self.text_of(node)?;
        self.keep_missing(|row| words.get(row).is_none());
        self.also(before);
        Ok(words)
    }

    fn text_of(&mut self, node: &Node) -> Done<Words> {
        let rows = self.frame.rows;
        Ok(match &node.op {
            Op::Constant(Value::Text(t)) => Words::Same(Some(t.clone())),
            Op::Slot(slot) => match self.column(*slot) {
                Some(Column::Text(column)) => Words::Each(column.clone()),
                Some(Column::Constant(Value::Text(t))) => Words::Same(Some(t.clone())),
                _ => Words::Same(None),
            },
            Op::Local(local) => match self.local(*local) {
                Data::Text(words) => words,
                _ => Words::Same(None),
            },
            Op::Arithmetic(_, a, b) => {
                let parts = [Data::Text(self.text(a)?), Data::Text(self.text(b)?)];
                self.joined(&parts)?
            }
            Op::Joined(parts) => {
                let types: Vec<Type> = parts.iter().map(|p| p.ty).collect();
                let data = parts.iter().map(|p| self.data(p)).collect::<Done<Vec<_>>>()?;
                let shown: Vec<Data> = data.iter().zip(types).map(|(d, ty)| self.shown(d, ty)).collect();
                self.joined(&shown)?
            }
            Op::Coalesce(a, b) => {
                let (x, y) = (self.text(a)?, self.text(b)?);
                match (&x, &y) {
                    (Words::Same(None), _) => y,
                    (Words::Same(Some(_)), _) => x,
                    _ => texts::picked(&x, &y, rows, |row| u8::from(x.get(row).is_none())),
                }
            }
            Op::If(test, a, b) => {
                let test = self.truth(test)?;
                let (x, y) = self.branches(&test, a, b, Self::text)?;
                match test {
                    Lane::Same(Truth::YES) => x,
                    Lane::Same(Truth::NO) => y,
                    Lane::Same(_) => Words::Same(None),
                    Lane::Each(tests) => texts::picked(&x, &y, rows, |row| match tests.get(row) {
                        Some(&Truth::YES) => 0,
                        Some(&Truth::NO) => 1,
                        _ => 2,
                    }),
                }
            }
            Op::Call(builtin, arguments) => match (&builtin.kernel, arguments.as_slice()) {
                (Kernel::TextMap(f), [a]) => {
                    let words = self.text(a)?;
                    let change = |w: &str| Some(f(w)).filter(|t| t.len() <= limits::TEXT).map(Arc::from);
                    texts::changed(&words, change).map_err(|row| Stop::Limit(Broken { row, message: scalar::text_fault() }))?
                }
                _ => Words::Same(None),
            },
            Op::Inlined(inner) => self.text(inner)?,
            Op::Script(..) => match self.script(node)? {
                Data::Text(words) => words,
                _ => Words::Same(None),
            },
            _ => Words::Same(None),
        })
    }

    /// Values as they stand in a text.
    fn shown(&self, data: &Data, ty: Type) -> Data {
        if let Data::Text(_) = data {
            return data.clone();
        }
        let text = |row: usize| scalar::shown(&data.value(row, ty), self.calendar);
        if data.is_same() {
            return Data::Text(Words::Same(text(0)));
        }
        match texts::built::<()>(self.frame.rows, |row| Ok(text(row))) {
            Ok(words) => Data::Text(words),
            Err(()) => Data::Missing,
        }
    }

    fn joined(&self, parts: &[Data]) -> Done<Words> {
        let one = |row: usize| -> Result<Option<Arc<str>>, Stop> {
            let mut found = Vec::with_capacity(parts.len());
            for part in parts {
                match part {
                    Data::Text(words) => match words.get(row) {
                        Some(word) => found.push(word.clone()),
                        None => return Ok(None),
                    },
                    _ => return Ok(None),
                }
            }
            scalar::joined(&found).map(Some).map_err(|message| Stop::Limit(Broken { row, message }))
        };
        if parts.iter().all(Data::is_same) {
            return one(0).map(Words::Same);
        }
        // A constant beside a column is joined to each word once.
        if let [Data::Text(Words::Each(_)), Data::Text(Words::Same(Some(c)))] | [Data::Text(Words::Same(Some(c))), Data::Text(Words::Each(_))] = parts {
            let first = matches!(parts.first(), Some(Data::Text(Words::Same(_))));
            let Some(Data::Text(words)) = parts.iter().find(|p| !p.is_same()) else { return Ok(Words::Same(None)) };
            let change = |w: &str| if first { scalar::joined(&[c, w]) } else { scalar::joined(&[w, c]) }.ok();
            return texts::changed(words, change).map_err(|row| Stop::Limit(Broken { row, message: scalar::text_fault() }));
        }
        texts::built(self.frame.rows, one)
    }

    pub fn list(&mut self, node: &Node) -> Done<Lane<List>> {
        let before = self.zeros.take();
        let lane = self.list_of(node)?;
        self.keep_missing(|row| lane.get(row, None).is_none());
        self.also(before);
        Ok(lane)
    }

    fn list_of(&mut self, node: &Node) -> Done<Lane<List>> {
        let rows = self.frame.rows;
        Ok(match &node.op {
            Op::Constant(Value::Numbers(list)) => Lane::Same(Some(list.clone())),
            Op::Slot(slot) => match self.column(*slot) {
                Some(Column::Numbers(all)) => Lane::each(all.iter().map(|l| Some(l.clone())).collect()),
                Some(Column::Constant(Value::Numbers(list))) => Lane::Same(Some(list.clone())),
                _ => Lane::Same(None),
            },
            Op::Local(local) => match self.local(*local) {
                Data::List(lane) => lane,
                _ => Lane::Same(None),
            },
            Op::List(items) => {
                let lanes = items.iter().map(|i| self.number(i)).collect::<Done<Vec<_>>>()?;
                lists::gathered(&lanes, rows)
            }
            Op::Arithmetic(_, a, b) => {
                let (x, y) = (self.list(a)?, self.list(b)?);
                lists::chained(&x, &y, rows).map_err(|row| Stop::Limit(Broken { row, message: scalar::list_fault() }))?
            }
            Op::Coalesce(a, b) => {
                let (x, y) = (self.list(a)?, self.list(b)?);
                match (&x, &y) {
                    (Lane::Same(Some(_)), _) => x,
                    (Lane::Same(None), _) => y,
                    _ => Lane::each((0..rows).map(|row| x.get(row, None).or_else(|| y.get(row, None))).collect()),
                }
            }
            Op::If(test, a, b) => {
                let test = self.truth(test)?;
                let (x, y) = self.branches(&test, a, b, Self::list)?;
                lists::choose(&test, &x, &y, rows)
            }
            Op::Inlined(inner) => self.list(inner)?,
            Op::Script(..) => match self.script(node)? {
                Data::List(lane) => lane,
                _ => Lane::Same(None),
            },
            _ => Lane::Same(None),
        })
    }

    fn script(&mut self, node: &Node) -> Done<Data> {
        let Op::Script(script, arguments) = &node.op else { return Ok(Data::Missing) };
        let types: Vec<Type> = arguments.iter().map(|a| a.ty).collect();
        let data = arguments.iter().map(|a| self.data(a)).collect::<Done<Vec<_>>>()?;
        // A division in an argument is the argument's; what the script makes of it is its own business.
        let same = data.iter().all(Data::is_same);
        let rows = if same { self.frame.rows.min(1) } else { self.frame.rows };
        let argument = |row: usize| -> Vec<Value> { data.iter().zip(&types).map(|(d, ty)| d.value(row, *ty)).collect() };
        let (values, zeros) = script.run(rows, &argument, self.calendar).map_err(Stop::Script)?;
        if self.counting && zeros.contains(&1) {
            let rows = if same { vec![1; self.frame.rows] } else { zeros };
            self.mark(rows);
        }
        Ok(Data::of_values(values, node.ty, same))
    }
}

impl Data {
    pub fn is_same(&self) -> bool {
        match self {
            Data::Number(Lane::Each(_)) | Data::Truth(Lane::Each(_)) | Data::Time(Lane::Each(_)) | Data::Text(Words::Each(_)) | Data::List(Lane::Each(_)) => false,
            Data::Number(_) | Data::Truth(_) | Data::Time(_) | Data::Text(_) | Data::List(_) | Data::Missing => true,
        }
    }

    pub fn value(&self, row: usize, ty: Type) -> Value {
        match self {
            Data::Number(lane) => scalar::of_number(lane.get(row, f64::NAN)),
            Data::Truth(lane) => match lane.get(row, Truth::MISSING) {
                Truth::MISSING => Value::Missing,
                truth => Value::YesNo(truth.is_yes()),
            },
            Data::Time(lane) if ty == Type::Duration => scalar::of_length(lane.get(row, MISSING_TIME)),
            Data::Time(lane) => scalar::of_moment(lane.get(row, MISSING_TIME)),
            Data::Text(words) => words.get(row).map_or(Value::Missing, |w| Value::Text(w.clone())),
            Data::List(lane) => lane.get(row, None).map_or(Value::Missing, Value::Numbers),
            Data::Missing => Value::Missing,
        }
    }

    /// A column of values of one type; `same` keeps the first for every row.
    pub fn of_values(values: Vec<Value>, ty: Type, same: bool) -> Self {
        fn lane<T: Clone>(list: Vec<T>, same: bool, missing: T) -> Lane<T> {
            if same { Lane::Same(list.into_iter().next().unwrap_or(missing)) } else { Lane::each(list) }
        }
        let times = |v: Vec<Value>| v.into_iter().map(|v| if let Value::Time(t) | Value::Duration(t) = v { t } else { MISSING_TIME }).collect();
        match ty {
            Type::Number => Data::Number(lane(values.into_iter().map(|v| if let Value::Number(x) = v { x } else { f64::NAN }).collect(), same, f64::NAN)),
            Type::YesNo => Data::Truth(lane(values.into_iter().map(|v| if let Value::YesNo(b) = v { Truth::of(b) } else { Truth::MISSING }).collect(), same, Truth::MISSING)),
            Type::Time | Type::Duration => Data::Time(lane(times(values), same, MISSING_TIME)),
            Type::Numbers => Data::List(lane(values.into_iter().map(|v| if let Value::Numbers(l) = v { Some(l) } else { None }).collect(), same, None)),
            Type::Text => {
                let list: Vec<Option<Arc<str>>> = values.into_iter().map(|v| if let Value::Text(t) = v { Some(t) } else { None }).collect();
                if same { Data::Text(Words::Same(list.into_iter().next().flatten())) } else { Data::Text(Words::Each(TextColumn::of(list))) }
            }
            Type::Missing => Data::Missing,
        }
    }

    /// As the other stages read it.
    pub fn column(self, ty: Type) -> Column {
        match self {
            Data::Number(Lane::Each(list)) => Column::Number(list),
            Data::Truth(Lane::Each(list)) => Column::YesNo(list),
            Data::Time(Lane::Each(list)) if ty == Type::Duration => Column::Duration(list),
            Data::Time(Lane::Each(list)) => Column::Time(list),
            Data::Text(Words::Each(column)) => Column::Text(column),
            Data::List(Lane::Each(all)) => Column::Numbers(Arc::new(all.iter().map(|l| l.clone().unwrap_or_default()).collect())),
            same => Column::Constant(same.value(0, ty)),
        }
    }
}
