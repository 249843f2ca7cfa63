//! The values that a rule's `because` may name, for the renderer of templates.

use serde_json::{Map, Value, json};

use super::Recommendations;
use super::detail::step;
use super::view::{View, at};
use crate::workspace::Plan;

impl Recommendations {
    /// Everything that a rule's text may say of one subject in one period, by name: `subject {id, name, level}`, `period`,
    /// `as_of`, `score`, `score_lower`, `score_upper`, `outcome`, `step`, and for each standard and group `value n lower
    /// upper worst best estimate points floor target stretch baseline state` and `promise`. Missing is null: a template
    /// that prints one is told so, not shown a zero.
    ///
    /// The judge leaves `Detail::summary` with a sentence of its own; the report renders the rule's `because` with this and
    /// puts the result in its place, because templates belong to the report alone.
    pub fn context(&self, plan: &Plan, level: usize, subject: usize, period: usize) -> Map<String, Value> {
        let mut context = Map::new();
        let Some(view) = View::new(plan, &self.scorecards, &self.facts, level) else { return context };
        let cell = view.cell(subject, period);
        if let Some(about) = view.level.subjects.get(subject) {
            context.insert(
                "subject".into(),
                json!({ "id": &*about.id, "name": &*about.name, "level": &view.level.level }),
            );
        }
        let readings = &self.scorecards.readings;
        context.insert("period".into(), readings.periods.get(period).map(|p| p.name.clone()).into());
        context.insert("as_of".into(), readings.as_of.to_string().into());
        for (name, value) in ["score", "score_lower", "score_upper"].into_iter().zip(view.score(cell)) {
            context.insert(name.into(), number(value));
        }
        let outcome = self.levels.get(level).and_then(|l| l.outcome.get(cell)).copied().flatten();
        context.insert("outcome".into(), outcome.map(|o| o.word()).into());
        context.insert("step".into(), step(self, plan, level, subject, period).into());
        for (position, standard) in plan.standards.iter().enumerate() {
            context.insert(standard.id.value.clone(), of_standard(&view, position, cell));
        }
        for (group, scores) in plan.scoring.groups.iter().zip(&view.scores.groups) {
            let [points, lower, upper] = [&scores.points, &scores.lower, &scores.upper].map(|c| number(at(c, cell)));
            context.insert(
                group.id.value.clone(),
                json!({ "value": points, "points": points, "estimate": points, "lower": lower, "upper": upper,
                        "worst": lower, "best": upper }),
            );
        }
        context
    }
}

fn of_standard(view: &View<'_>, standard: usize, cell: usize) -> Value {
    let (Some(about), Some(measure), Some(card)) =
        (view.plan.standards.get(standard), view.measure(standard), view.card(standard))
    else {
        return Value::Null;
    };
    let figures = &measure.figures;
    let (worst, best) = super::gates::ends(view, standard, cell);
    json!({
        "value": number(at(&figures.value, cell)),
        "n": figures.n.get(cell).copied().unwrap_or(0),
        "lower": number(at(&figures.lower, cell)),
        "upper": number(at(&figures.upper, cell)),
        "worst": number(worst),
        "best": number(best),
        "estimate": number(at(&measure.estimate, cell)),
        "points": number(at(&card.points, cell)),
        "floor": number(at(&card.floor, cell)),
        "target": number(at(&card.target, cell)),
        "stretch": number(at(&card.stretch, cell)),
        "baseline": number(at(&card.baseline, cell)),
        "state": view.state(standard, cell).word(),
        "promise": about.promise.value,
    })
}

fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}
