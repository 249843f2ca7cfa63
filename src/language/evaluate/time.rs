//! Nodes that give moments and lengths of time.

use super::*;

impl Evaluator<'_> {
    pub fn time(&mut self, node: &Node) -> Done<Lane<i64>> {
        let before = self.zeros.take();
        let lane = self.time_of(node)?;
        self.keep_missing(|row| lane.get(row, MISSING_TIME) == MISSING_TIME);
        self.also(before);
        Ok(lane)
    }

    pub(super) fn time_of(&mut self, node: &Node) -> Done<Lane<i64>> {
        Ok(match &node.op {
            Op::Constant(Value::Time(t) | Value::Duration(t)) => Lane::Same(*t),
            Op::Moment(written) => Lane::Same(written.moment(&self.calendar.zone)),
            Op::Slot(slot) => match (self.column(*slot), node.ty) {
                (Some(Column::Time(list)), Type::Time) | (Some(Column::Duration(list)), Type::Duration) => {
                    Lane::Each(list.clone())
                }
                (Some(Column::Constant(Value::Time(t))), Type::Time)
                | (Some(Column::Constant(Value::Duration(t))), Type::Duration) => Lane::Same(*t),
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

    pub(super) fn time_arithmetic(&mut self, operator: Arithmetic, a: &Node, b: &Node) -> Done<Lane<i64>> {
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
}
