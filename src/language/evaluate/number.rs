//! Nodes that give numbers.

use super::*;

impl Evaluator<'_> {
    pub fn number(&mut self, node: &Node) -> Done<Lane<f64>> {
        let before = self.zeros.take();
        let lane = self.number_of(node)?;
        self.keep_missing(|row| lane.get(row, f64::NAN).is_nan());
        self.also(before);
        Ok(lane)
    }

    pub(super) fn number_of(&mut self, node: &Node) -> Done<Lane<f64>> {
        Ok(match &node.op {
            Op::Constant(Value::Number(x)) => Lane::Same(*x),
            Op::Slot(slot) => match self.column(*slot) {
                Some(Column::Number(list)) => Lane::Each(list.clone()),
                Some(Column::Constant(Value::Number(x))) => Lane::Same(crate::language::number::finite(*x)),
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

    pub(super) fn number_call(&mut self, kernel: &Kernel, arguments: &[Node]) -> Done<Lane<f64>> {
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
                    _ => Lane::each(
                        (0..rows).map(|r| f(x.get(r, f64::NAN), y.get(r, f64::NAN), z.get(r, f64::NAN))).collect(),
                    ),
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
}
