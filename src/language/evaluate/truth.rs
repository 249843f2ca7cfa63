//! Nodes that give yes, no or missing.

use super::*;

impl Evaluator<'_> {
    pub fn truth(&mut self, node: &Node) -> Done<Lane<Truth>> {
        let before = self.zeros.take();
        let lane = self.truth_of(node)?;
        self.keep_missing(|row| lane.get(row, Truth::MISSING).is_missing());
        self.also(before);
        Ok(lane)
    }

    pub(super) fn truth_of(&mut self, node: &Node) -> Done<Lane<Truth>> {
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
                    zip(&x, &y, |x, y| {
                        if x.is_missing() || y.is_missing() {
                            Truth::MISSING
                        } else {
                            Truth::of(comparison.holds(x.0.cmp(&y.0)))
                        }
                    })
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

    pub(super) fn all(
        &mut self,
        list: &[Node],
        join: fn(Lane<Truth>, Lane<Truth>) -> Lane<Truth>,
    ) -> Done<Lane<Truth>> {
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

    pub(super) fn among(&mut self, a: &Node, list: &[Value]) -> Done<Lane<Truth>> {
        Ok(match a.ty {
            Type::Number => {
                let list: Vec<f64> =
                    list.iter().filter_map(|v| if let Value::Number(x) = v { Some(*x) } else { None }).collect();
                numbers::among(&self.number(a)?, &list)
            }
            Type::Text => {
                let list: Vec<Arc<str>> =
                    list.iter().filter_map(|v| if let Value::Text(t) = v { Some(t.clone()) } else { None }).collect();
                texts::among(&self.text(a)?, &list)
            }
            Type::YesNo => {
                let list: Vec<Truth> = list
                    .iter()
                    .filter_map(|v| if let Value::YesNo(b) = v { Some(Truth::of(*b)) } else { None })
                    .collect();
                map(&self.truth(a)?, |x| if x.is_missing() { x } else { Truth::of(list.contains(&x)) })
            }
            _ => {
                let list: Vec<i64> = list
                    .iter()
                    .filter_map(|v| if let Value::Time(t) | Value::Duration(t) = v { Some(*t) } else { None })
                    .collect();
                times::among(&self.time(a)?, &list)
            }
        })
    }

    pub(super) fn is_missing(&mut self, a: &Node) -> Done<Lane<Truth>> {
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
}
