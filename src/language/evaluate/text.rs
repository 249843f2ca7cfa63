//! Nodes that give text.

use super::*;

impl Evaluator<'_> {
    pub fn text(&mut self, node: &Node) -> Done<Words> {
        let before = self.zeros.take();
        let words = self.text_of(node)?;
        self.keep_missing(|row| words.get(row).is_none());
        self.also(before);
        Ok(words)
    }

    pub(super) fn text_of(&mut self, node: &Node) -> Done<Words> {
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
                    texts::changed(&words, change).map_err(|row| Stop::Limit(Broken { row, fault: Fault::Text }))?
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
    pub(super) fn shown(&self, data: &Data, ty: Type) -> Data {
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

    pub(super) fn joined(&self, parts: &[Data]) -> Done<Words> {
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
            scalar::joined(&found).map(Some).map_err(|fault| Stop::Limit(Broken { row, fault }))
        };
        if parts.iter().all(Data::is_same) {
            return one(0).map(Words::Same);
        }
        // A constant beside a column is joined to each word once.
        if let [Data::Text(Words::Each(_)), Data::Text(Words::Same(Some(c)))]
        | [Data::Text(Words::Same(Some(c))), Data::Text(Words::Each(_))] = parts
        {
            let first = matches!(parts.first(), Some(Data::Text(Words::Same(_))));
            let Some(Data::Text(words)) = parts.iter().find(|p| !p.is_same()) else { return Ok(Words::Same(None)) };
            let change = |w: &str| if first { scalar::joined(&[c, w]) } else { scalar::joined(&[w, c]) }.ok();
            return texts::changed(words, change).map_err(|row| Stop::Limit(Broken { row, fault: Fault::Text }));
        }
        texts::built(self.frame.rows, one)
    }
}
