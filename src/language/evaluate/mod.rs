//! Runs typed nodes over a frame, a column at a time. Each kind of value has its own walk, so no row ever
//! asks what type it is.

mod data;
mod list;
mod number;
mod text;
mod time;
mod truth;

pub(super) use data::Data;

use std::sync::Arc;

use super::fault::Fault;
use super::kernels::lists::{self, List};
use super::kernels::texts::{self, Words};
use super::kernels::{Lane, map, numbers, times, truths, zip};
use super::node::{Node, Op};
use super::tree::Arithmetic;
use super::vocabulary::Kernel;
use super::{Breach, Calendar, Column, Frame, MISSING_TIME, TextColumn, Truth, Type, Value, limits, scalar};

/// A limit broken in a row, before the place is known.
pub(super) struct Broken {
    pub row: usize,
    pub fault: Fault,
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
    fn branches<T>(
        &mut self,
        test: &Lane<Truth>,
        a: &Node,
        b: &Node,
        walk: fn(&mut Self, &Node) -> Done<T>,
    ) -> Done<(T, T)> {
        let outer = self.zeros.take();
        let yes = walk(self, a)?;
        self.keep_missing(|row| test.get(row, Truth::MISSING) == Truth::YES);
        let taken = self.zeros.take();
        let no = walk(self, b)?;
        self.keep_missing(|row| test.get(row, Truth::MISSING) == Truth::NO);
        [outer, taken].into_iter().flatten().for_each(|rows| self.mark(rows));
        Ok((yes, no))
    }

    fn script(&mut self, node: &Node) -> Done<Data> {
        let Op::Script(script, arguments) = &node.op else { return Ok(Data::Missing) };
        let types: Vec<Type> = arguments.iter().map(|a| a.ty).collect();
        let data = arguments.iter().map(|a| self.data(a)).collect::<Done<Vec<_>>>()?;
        // A division in an argument is the argument's; what the script makes of it is its own business.
        let same = data.iter().all(Data::is_same);
        let rows = if same { self.frame.rows.min(1) } else { self.frame.rows };
        let argument =
            |row: usize| -> Vec<Value> { data.iter().zip(&types).map(|(d, ty)| d.value(row, *ty)).collect() };
        let (values, zeros) = script.run(rows, &argument, self.calendar).map_err(Stop::Script)?;
        if self.counting && zeros.contains(&1) {
            let rows = if same { vec![1; self.frame.rows] } else { zeros };
            self.mark(rows);
        }
        Ok(Data::of_values(values, node.ty, same))
    }
}
