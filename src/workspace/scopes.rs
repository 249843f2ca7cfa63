//! The names that each kind of expression may use, and the slots they get.

use std::collections::BTreeSet;

use super::codes;
use super::names::{Names, RULE_NAMES, list};
use super::plan::{Attribute, POINTS_NAMES, Part, RuleSlot};
use crate::diagnostic::{Authored, Code, Diagnostic, Said, Span, did_you_mean};
use crate::language::{Binding, HostCall, Scope, Type, Value};
use crate::said;

/// Fields of a source by position, then `as_of`.
pub struct SourceScope<'a> {
    pub source: &'a str,
    /// Name and type, by slot.
    pub fields: &'a [(String, Type)],
    /// Fields whose declaration is faulty: their type isn't known, so problems that follow from it are not reported.
    pub broken: &'a BTreeSet<String>,
    /// Fields of other sources: (field, source).
    pub elsewhere: &'a [(String, String)],
    /// The source through which this one's rows are credited.
    pub through: Option<&'a str>,
    pub touched_broken: bool,
}

impl Scope for SourceScope<'_> {
    fn name(&mut self, path: &str) -> Option<Binding> {
        if path == "as_of" {
            return Some(Binding { slot: self.fields.len(), ty: Type::Time });
        }
        self.touched_broken |= self.broken.contains(path);
        let slot = self.fields.iter().position(|(name, _)| name == path)?;
        self.fields.get(slot).map(|(_, ty)| Binding { slot, ty: *ty })
    }

    fn call(&mut self, _function: &str, _arguments: &[Value]) -> HostCall {
        HostCall::Unknown
    }

    fn candidates(&self) -> Vec<String> {
        self.fields.iter().map(|(name, _)| name.clone()).chain(["as_of".to_string()]).collect()
    }

    fn what(&self) -> Said {
        said!("field of source `{source}`", source = self.source)
    }

    fn refusal(&self, path: &str) -> Option<(Said, Option<Said>)> {
        let known = self.fields.iter().map(|(name, _)| name.as_str());
        if did_you_mean(path, known).is_some() {
            return None;
        }
        let (_, source) = self.elsewhere.iter().find(|(field, _)| field == path)?;
        let way_out = if self.through == Some(source) {
            said!("let `credit:` take it, such as `take: [person, {path}]`", path)
        } else {
            said!("write `source: {source}` to measure it", source)
        };
        let here = self.source;
        let why = said!("`{path}` is a field of source `{source}`, not of `{here}`", path, source, here);
        Some((why, Some(way_out)))
    }

    fn unknown_code(&self) -> Option<&'static Code> {
        Some(&codes::UNKNOWN_FIELD)
    }
}

/// Measures by name; slots in the order in which they are asked for.
pub struct FormulaScope<'a> {
    pub measures: &'a Names,
    pub inputs: Vec<usize>,
}

impl Scope for FormulaScope<'_> {
    fn name(&mut self, path: &str) -> Option<Binding> {
        let measure = self.measures.position(path)?;
        let slot = self.inputs.iter().position(|m| *m == measure).unwrap_or_else(|| {
            self.inputs.push(measure);
            self.inputs.len() - 1
        });
        Some(Binding { slot, ty: Type::Number })
    }

    fn call(&mut self, _function: &str, _arguments: &[Value]) -> HostCall {
        HostCall::Unknown
    }

    fn candidates(&self) -> Vec<String> {
        self.measures.iter().map(str::to_string).collect()
    }

    fn what(&self) -> Said {
        said!("measure")
    }

    fn unknown_code(&self) -> Option<&'static Code> {
        Some(&codes::UNKNOWN_MEASURE)
    }
}

/// A fixed list of names, by slot: `points:` and `combine:`.
pub struct FixedScope {
    pub names: &'static [&'static str],
    pub ty: Type,
    what: fn() -> Said,
}

pub const POINTS: FixedScope =
    FixedScope { names: &POINTS_NAMES, ty: Type::Number, what: || said!("name in `points`") };
pub const COMBINE: FixedScope =
    FixedScope { names: &["parts"], ty: Type::Numbers, what: || said!("name in `combine`") };

impl Scope for FixedScope {
    fn name(&mut self, path: &str) -> Option<Binding> {
        let slot = self.names.iter().position(|n| *n == path)?;
        Some(Binding { slot, ty: self.ty })
    }

    fn call(&mut self, _function: &str, _arguments: &[Value]) -> HostCall {
        HostCall::Unknown
    }

    fn candidates(&self) -> Vec<String> {
        self.names.iter().map(|n| (*n).to_string()).collect()
    }

    fn what(&self) -> Said {
        (self.what)()
    }
}

/// What a rule's `when` may name. Slots are given out as they are asked for.
pub struct RuleScope<'a> {
    pub standards: &'a Names,
    pub groups: &'a Names,
    /// By standard: has a floor, has a target.
    pub lines: &'a [(bool, bool)],
    /// By standard: the measure it is about.
    pub measured: &'a [Option<String>],
    pub levels: &'a [Authored<String>],
    pub slots: Vec<RuleSlot>,
    /// Titles of the file of protected attributes.
    pub protected: &'a [String],
    /// Comparisons that can't come true.
    pub findings: Vec<Diagnostic>,
}

/// Host functions, and whether they take two numbers too.
const HOSTS: [(&str, bool); 5] =
    [("met", true), ("below_floor", true), ("proven_met", false), ("previous", false), ("trend", false)];

/// Most periods that k of m may look back on.
const MOST_PERIODS: u32 = 1_000;

impl RuleScope<'_> {
    fn bind(&mut self, slot: RuleSlot, ty: Type) -> Binding {
        let position = self.slots.iter().position(|s| *s == slot).unwrap_or_else(|| {
            self.slots.push(slot);
            self.slots.len() - 1
        });
        Binding { slot: position, ty }
    }

    fn part(&self, name: &str) -> Option<Part> {
        let standard = self.standards.position(name).map(Part::Standard);
        standard.or_else(|| self.groups.position(name).map(Part::Group))
    }

    /// How a host function is called, with a standard of this workspace.
    fn usage(&self, function: &str, arguments: &[Value]) -> Said {
        let named = match arguments.first() {
            Some(Value::Text(name)) => Some(name.to_string()),
            _ => None,
        };
        let name = named.or_else(|| self.standards.iter().next().map(str::to_string));
        let name = name.unwrap_or_else(|| "standard".to_string());
        let several = HOSTS.iter().any(|(host, several)| *host == function && *several);
        match (arguments.get(1), several) {
            // Who gave one number forgot the second.
            (Some(Value::Number(k)), true) if *k >= 1.0 && k.fract() == 0.0 && arguments.len() == 2 => {
                let call = format!("`{function}(\"{name}\", {k}, {})`", k + 1.0);
                said!("write {call}", call)
            }
            (None, true) => {
                let (call, or) = (format!("`{function}(\"{name}\")`"), format!("`{function}(\"{name}\", 3, 4)`"));
                said!("write {call} or {or}", call, or)
            }
            (Some(_), true) => said!("write {call}", call = format!("`{function}(\"{name}\", 3, 4)`")),
            (_, false) => said!("write {call}", call = format!("`{function}(\"{name}\")`")),
        }
    }

    fn standard_argument(&self, function: &str, usage: &Said, arguments: &[Value]) -> Result<usize, HostCall> {
        let wrong = |argument, message: Said, help: Said| HostCall::Wrong { argument, message, help };
        let Some(Value::Text(name)) = arguments.first() else {
            let argument = if arguments.is_empty() { None } else { Some(0) };
            let message = said!("`{function}` needs the name of a standard in quotes", function);
            return Err(wrong(argument, message, usage.clone()));
        };
        if let Some(position) = self.standards.position(name) {
            return Ok(position);
        }
        if self.groups.position(name).is_some() {
            let message = said!("`{name}` is a group, and `{function}` is about a standard", name, function);
            return Err(wrong(Some(0), message, said!("compare its points, such as `{name}.points >= 80`", name)));
        }
        let on_it: Vec<&str> = self
            .standards
            .iter()
            .zip(self.measured)
            .filter(|(_, measure)| measure.as_deref() == Some(name.as_ref()))
            .map(|(standard, _)| standard)
            .collect();
        if !on_it.is_empty() {
            let message = said!("`{name}` is a measure, and `{function}` is about a standard", name, function);
            let help = match on_it.as_slice() {
                [standard] => said!("the standard on it is `{standard}`", standard),
                standards => said!("the standards on it are {standards}", standards = list(standards)),
            };
            return Err(wrong(Some(0), message, help));
        }
        let help = super::names::suggestion(name, self.standards.iter(), "standards:");
        Err(wrong(Some(0), said!("no standard is called `{name}`", name), help))
    }

    fn k_of_m(function: &str, usage: &Said, arguments: &[Value]) -> Result<(u32, u32), HostCall> {
        let wrong = |argument, message: Said, help: Said| HostCall::Wrong { argument, message, help };
        let whole = |position: usize| match arguments.get(position) {
            Some(Value::Number(n)) if *n >= 1.0 && n.fract() == 0.0 && *n <= f64::from(MOST_PERIODS) => Ok(*n as u32),
            _ => {
                let message = said!("`{function}` counts periods in whole numbers from 1", function);
                Err(wrong(Some(position), message, usage.clone()))
            }
        };
        match arguments.len() {
            1 => Ok((1, 1)),
            3 => {
                let (k, m) = (whole(1)?, whole(2)?);
                if k > m {
                    let message = said!("{k} of the last {m} periods can never be", k, m);
                    let help = said!("the first number is how many, the second out of how many: {m}, {k}?", m, k);
                    return Err(wrong(Some(1), message, help));
                }
                Ok((k, m))
            }
            _ => Err(wrong(
                None,
                said!("`{function}` takes a standard, or a standard and two numbers", function),
                usage.clone(),
            )),
        }
    }

    fn host(&mut self, function: &str, usage: &Said, arguments: &[Value]) -> Result<Binding, HostCall> {
        let standard = self.standard_argument(function, usage, arguments)?;
        let wrong = |message: Said, help: Said| HostCall::Wrong { argument: Some(0), message, help };
        let name = self.standards.get(standard).map(|n| n.value.clone()).unwrap_or_default();
        let (floor, target) = self.lines.get(standard).copied().unwrap_or((true, true));
        if function == "below_floor" && !floor {
            return Err(wrong(
                said!("`{name}` has no floor to be below", name),
                said!("add `floor:` to `{name}`", name),
            ));
        }
        if matches!(function, "met" | "proven_met") && !target {
            return Err(wrong(
                said!("`{name}` has no target to be met", name),
                said!("add `target:` to `{name}`", name),
            ));
        }
        if matches!(function, "met" | "below_floor") {
            let (k, m) = Self::k_of_m(function, usage, arguments)?;
            let slot = if function == "met" {
                RuleSlot::Met { standard, k, m }
            } else {
                RuleSlot::BelowFloor { standard, k, m }
            };
            return Ok(self.bind(slot, Type::YesNo));
        }
        if arguments.len() != 1 {
            let message = said!("`{function}` takes one standard", function);
            return Err(HostCall::Wrong { argument: Some(1), message, help: usage.clone() });
        }
        Ok(match function {
            "proven_met" => self.bind(RuleSlot::ProvenMet(standard), Type::YesNo),
            "previous" => self.bind(RuleSlot::Previous(standard), Type::Number),
            _ => self.bind(RuleSlot::Trend(standard), Type::Text),
        })
    }
}

impl Scope for RuleScope<'_> {
    fn name(&mut self, path: &str) -> Option<Binding> {
        match path {
            "score" => return Some(self.bind(RuleSlot::Score, Type::Number)),
            "score_lower" => return Some(self.bind(RuleSlot::ScoreLower, Type::Number)),
            "score_upper" => return Some(self.bind(RuleSlot::ScoreUpper, Type::Number)),
            "subject" => return Some(self.bind(RuleSlot::Subject, Type::Text)),
            "period" => return Some(self.bind(RuleSlot::Period, Type::Text)),
            "as_of" => return Some(self.bind(RuleSlot::AsOf, Type::Time)),
            _ => {}
        }
        let (name, attribute) = path.rsplit_once('.')?;
        let part = self.part(name)?;
        let (_, attribute) = Attribute::ALL.iter().find(|(word, _)| *word == attribute)?;
        Some(self.bind(RuleSlot::Of(part, *attribute), attribute.ty()))
    }

    fn call(&mut self, function: &str, arguments: &[Value]) -> HostCall {
        if !HOSTS.iter().any(|(name, _)| *name == function) {
            return HostCall::Unknown;
        }
        let usage = self.usage(function, arguments);
        match self.host(function, &usage, arguments) {
            Ok(binding) => HostCall::Bound(binding),
            Err(call) => call,
        }
    }

    fn candidates(&self) -> Vec<String> {
        let figures = self.standards.iter().chain(self.groups.iter());
        let figures = figures.flat_map(|name| Attribute::ALL.iter().map(move |(word, _)| format!("{name}.{word}")));
        let hosts = HOSTS.iter().map(|(name, _)| (*name).to_string());
        RULE_NAMES.iter().map(|n| (*n).to_string()).chain(hosts).chain(figures).collect()
    }

    fn what(&self) -> Said {
        said!("name in a rule")
    }

    fn refusal(&self, path: &str) -> Option<(Said, Option<Said>)> {
        if self.protected.iter().any(|name| name.eq_ignore_ascii_case(path)) {
            return Some((super::protected::refusal(path), None));
        }
        if let Some(attribute) = path.strip_prefix("subject.") {
            let value = if attribute == "level" { "person" } else { "…" };
            let why = said!("`subject` is the id of who is judged and has no `{attribute}`", attribute);
            let limit = format!("{attribute}: [{value}]");
            return Some((why, Some(said!("a rule is limited by `for: { {limit} }`", limit))));
        }
        let (name, attribute) = match path.rsplit_once('.') {
            Some((name, attribute)) => (name, Some(attribute)),
            None => (path, None),
        };
        self.part(name)?;
        let words: Vec<&str> = Attribute::ALL.iter().map(|(word, _)| *word).collect();
        let Some(written) = attribute else {
            let way_out = said!("write `{name}.value` or `{name}.points`", name);
            return Some((said!("`{name}` has several figures", name), Some(way_out)));
        };
        let way_out = match did_you_mean(written, words.iter().copied()) {
            Some(near) => said!("did you mean `{near}`?", near = format!("{name}.{near}")),
            None => said!("it has {known}", known = list(&words)),
        };
        Some((said!("`{name}` has no figure `{written}`", name, written), Some(way_out)))
    }

    fn unknown_code(&self) -> Option<&'static Code> {
        Some(&codes::UNKNOWN_STANDARD)
    }

    fn way_out(&self) -> Said {
        said!(
            "a rule knows `score`, `subject`, `period`, and the figures of each standard and group, such as `NAME.value` or `NAME.points`; text stands between double quotes"
        )
    }

    fn compared(&mut self, slot: usize, with: &Value, at: Span) {
        let found = self.slots.get(slot).and_then(|slot| super::answers::comparison(slot, with, self.levels, at));
        // A function is typed once for each of its calls.
        let place = |d: &Diagnostic| d.labels.first().map(|l| l.place.clone());
        self.findings.extend(found.filter(|new| !self.findings.iter().any(|old| place(old) == place(new))));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn names(words: &[&str]) -> Names {
        Names::of(words.iter().map(|w| Authored::default_of((*w).to_string())))
    }

    fn scope_of<'a>(standards: &'a Names, groups: &'a Names, lines: &'a [(bool, bool)]) -> RuleScope<'a> {
        RuleScope {
            standards,
            groups,
            lines,
            measured: &[],
            levels: &[],
            slots: vec![],
            protected: &[],
            findings: vec![],
        }
    }

    fn text(word: &str) -> Value {
        Value::Text(Arc::from(word))
    }

    #[test]
    fn slots_are_given_once() {
        let (standards, groups) = (names(&["prompt"]), names(&["speed"]));
        let mut scope = scope_of(&standards, &groups, &[(true, true)]);
        let first = scope.name("prompt.value").unwrap();
        assert_eq!(scope.name("score").unwrap().slot, 1);
        assert_eq!(scope.name("prompt.value"), Some(first));
        assert_eq!(scope.name("speed.points").unwrap().slot, 2);
        assert_eq!(scope.name("prompt.state").unwrap().ty, Type::Text);
        assert_eq!(scope.slots[2], RuleSlot::Of(Part::Group(0), Attribute::Points));
        assert!(scope.name("prompt").is_none());
        assert!(scope.refusal("prompt").unwrap().1.unwrap().contains("prompt.value"));
    }

    #[test]
    fn host_calls_are_checked() {
        let (standards, groups) = (names(&["prompt", "plain"]), names(&["speed"]));
        let lines = [(true, true), (false, true)];
        let mut scope = scope_of(&standards, &groups, &lines);
        let number = Value::Number;
        assert!(matches!(scope.call("met", &[text("prompt")]), HostCall::Bound(_)));
        assert_eq!(scope.slots[0], RuleSlot::Met { standard: 0, k: 1, m: 1 });
        assert!(matches!(scope.call("below_floor", &[text("prompt"), number(3.0), number(4.0)]), HostCall::Bound(_)));
        for bad in [
            vec![],
            vec![number(1.0)],
            vec![text("promt")],
            vec![text("speed")],
            vec![text("prompt"), number(3.0)],
            vec![text("prompt"), number(4.0), number(3.0)],
            vec![text("prompt"), number(0.0), number(3.0)],
            vec![text("prompt"), number(1.5), number(3.0)],
        ] {
            assert!(matches!(scope.call("met", &bad), HostCall::Wrong { .. }), "{bad:?}");
        }
        assert!(matches!(scope.call("below_floor", &[text("plain")]), HostCall::Wrong { .. }));
        assert_eq!(scope.call("mett", &[text("prompt")]), HostCall::Unknown);
    }

    #[test]
    fn as_of_stands_behind_the_fields() {
        let fields = vec![("wait".to_string(), Type::Number)];
        let broken = BTreeSet::new();
        let mut scope = SourceScope {
            source: "calls",
            fields: &fields,
            broken: &broken,
            elsewhere: &[],
            through: None,
            touched_broken: false,
        };
        assert_eq!(scope.name("wait").unwrap().slot, 0);
        assert_eq!(scope.name("as_of"), Some(Binding { slot: 1, ty: Type::Time }));
        assert!(scope.name("topic").is_none());
    }
}
