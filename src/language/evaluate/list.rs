//! Nodes that give lists of numbers.

use super::*;

impl Evaluator<'_> {
    pub fn list(&mut self, node: &Node) -> Done<Lane<List>> {
        let before = self.zeros.take();
        let lane = self.list_of(node)?;
        self.keep_missing(|row| lane.get(row, None).is_none());
        self.also(before);
        Ok(lane)
    }

    pub(super) fn list_of(&mut self, node: &Node) -> Done<Lane<List>> {
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
                lists::chained(&x, &y, rows).map_err(|row| Stop::Limit(Broken { row, fault: Fault::List }))?
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
}
