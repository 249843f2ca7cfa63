//! The coefficients of an expression that is linear in its slots, read off its nodes.

use std::collections::BTreeMap;

use super::node::{Node, Op};
use super::tree::Arithmetic;
use super::{Type, Value};

/// Sum of coefficient × slot, plus a constant.
#[derive(Clone, Debug, Default, PartialEq)]
struct Linear {
    slots: BTreeMap<usize, f64>,
    constant: f64,
}

/// None where the expression is not linear.
pub(super) fn coefficients(root: &Node, steps: &[Node]) -> Option<(Vec<(usize, f64)>, f64)> {
    let found = linear(root, steps)?;
    Some((found.slots.into_iter().collect(), found.constant))
}

fn linear(node: &Node, steps: &[Node]) -> Option<Linear> {
    if node.ty != Type::Number {
        return None;
    }
    match &node.op {
        Op::Constant(Value::Number(x)) => Some(Linear { slots: BTreeMap::new(), constant: *x }),
        Op::Slot(slot) => Some(Linear { slots: BTreeMap::from([(*slot, 1.0)]), constant: 0.0 }),
        Op::Local(local) => linear(steps.get(*local)?, steps),
        Op::Inlined(inner) => linear(inner, steps),
        Op::Negate(a) => Some(linear(a, steps)?.times(-1.0)),
        Op::Arithmetic(Arithmetic::Add, a, b) => Some(linear(a, steps)?.plus(linear(b, steps)?)),
        Op::Arithmetic(Arithmetic::Subtract, a, b) => Some(linear(a, steps)?.plus(linear(b, steps)?.times(-1.0))),
        Op::Arithmetic(Arithmetic::Multiply, a, b) => {
            let (a, b) = (linear(a, steps)?, linear(b, steps)?);
            match (a.only_constant(), b.only_constant()) {
                (Some(by), _) => Some(b.times(by)),
                (_, Some(by)) => Some(a.times(by)),
                _ => None,
            }
        }
        Op::Arithmetic(Arithmetic::Divide, a, b) => {
            let by = linear(b, steps)?.only_constant()?;
            if by == 0.0 { None } else { Some(linear(a, steps)?.over(by)) }
        }
        _ => None,
    }
}

impl Linear {
    fn only_constant(&self) -> Option<f64> {
        self.slots.is_empty().then_some(self.constant)
    }

    fn times(mut self, by: f64) -> Self {
        self.slots.values_mut().for_each(|c| *c *= by);
        self.constant *= by;
        self
    }

    fn over(mut self, by: f64) -> Self {
        self.slots.values_mut().for_each(|c| *c /= by);
        self.constant /= by;
        self
    }

    fn plus(mut self, other: Self) -> Self {
        for (slot, c) in other.slots {
            *self.slots.entry(slot).or_insert(0.0) += c;
        }
        self.constant += other.constant;
        self
    }
}
