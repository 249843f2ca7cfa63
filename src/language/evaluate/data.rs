//! A column of one kind, and single values of it.

use super::*;

/// A column of one kind.
#[derive(Clone, Debug)]
pub(in crate::language) enum Data {
    Number(Lane<f64>),
    Truth(Lane<Truth>),
    /// Moments and lengths.
    Time(Lane<i64>),
    Text(Words),
    List(Lane<List>),
    Missing,
}

impl Data {
    pub fn is_same(&self) -> bool {
        match self {
            Data::Number(Lane::Each(_))
            | Data::Truth(Lane::Each(_))
            | Data::Time(Lane::Each(_))
            | Data::Text(Words::Each(_))
            | Data::List(Lane::Each(_)) => false,
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
        let times = |v: Vec<Value>| {
            v.into_iter().map(|v| if let Value::Time(t) | Value::Duration(t) = v { t } else { MISSING_TIME }).collect()
        };
        match ty {
            Type::Number => Data::Number(lane(
                values.into_iter().map(|v| if let Value::Number(x) = v { x } else { f64::NAN }).collect(),
                same,
                f64::NAN,
            )),
            Type::YesNo => Data::Truth(lane(
                values
                    .into_iter()
                    .map(|v| if let Value::YesNo(b) = v { Truth::of(b) } else { Truth::MISSING })
                    .collect(),
                same,
                Truth::MISSING,
            )),
            Type::Time | Type::Duration => Data::Time(lane(times(values), same, MISSING_TIME)),
            Type::Numbers => Data::List(lane(
                values.into_iter().map(|v| if let Value::Numbers(l) = v { Some(l) } else { None }).collect(),
                same,
                None,
            )),
            Type::Text => {
                let list: Vec<Option<Arc<str>>> =
                    values.into_iter().map(|v| if let Value::Text(t) = v { Some(t) } else { None }).collect();
                if same {
                    Data::Text(Words::Same(list.into_iter().next().flatten()))
                } else {
                    Data::Text(Words::Each(TextColumn::of(list)))
                }
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
            Data::List(Lane::Each(all)) => {
                Column::Numbers(Arc::new(all.iter().map(|l| l.clone().unwrap_or_default()).collect()))
            }
            same => Column::Constant(same.value(0, ty)),
        }
    }
}
