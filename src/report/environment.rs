//! The template engine: strict about names, bounded in work, escaping HTML, refusing to print what is missing.
//! With `faults.rs` the only user of minijinja.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior, escape_formatter};

use super::faults::{self, MISSING, ours};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::words::{Words, capitalised};

/// Work that one page or letter may take (about a fuel unit per instruction); a runaway loop ends here.
const FUEL: u64 = 60_000_000;
const DEPTH: usize = 100;

/// A template that an author put beside the workspace.
#[derive(Clone, Debug)]
pub struct AuthorTemplate {
    /// Its file as shown, relative to the workspace.
    pub shown: String,
    pub text: String,
}

/// Templates that stand in the binary, by name.
pub const SHIPPED: [(&str, &str); 15] = [
    ("report.html", include_str!("../../templates/report.html")),
    ("report.md", include_str!("../../templates/report.md")),
    ("insight.html", include_str!("../../templates/insight.html")),
    ("insight.md", include_str!("../../templates/insight.md")),
    ("parts.html", include_str!("../../templates/parts.html")),
    ("parts.md", include_str!("../../templates/parts.md")),
    ("style.html", include_str!("../../templates/style.html")),
    ("charts.html", include_str!("../../templates/charts.html")),
    ("chances.html", include_str!("../../templates/chances.html")),
    ("luck.html", include_str!("../../templates/luck.html")),
    ("refused.html", include_str!("../../templates/refused.html")),
    ("letter.html", include_str!("../../templates/letter.html")),
    ("certificate.html", include_str!("../../templates/certificate.html")),
    ("agenda.md", include_str!("../../templates/agenda.md")),
    ("role_card.html", include_str!("../../templates/role_card.html")),
];

/// Templates ready to be filled in.
pub struct Engine {
    environment: Environment<'static>,
    /// Template name → the author's file.
    shown: BTreeMap<String, String>,
}

impl Engine {
    /// An author's template wins over the shipped one of its name. Names are keys, never paths: `../x` is just unknown.
    pub fn new(words: &Arc<Words>, authored: BTreeMap<String, AuthorTemplate>) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(DEPTH);
        environment.set_debug(false);
        // Lines that hold only a tag leave nothing behind.
        if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            environment.set_syntax(syntax);
        }
        environment.set_formatter(print);
        add_filters(&mut environment, words);
        let shown = authored.iter().map(|(name, t)| (name.clone(), t.shown.clone())).collect();
        environment.set_loader(move |name| {
            let own = authored.get(name).map(|t| t.text.clone());
            let shipped = || {
                let all = SHIPPED.iter().chain(&super::live::TEMPLATES);
                all.into_iter().find(|(n, _)| *n == name).map(|(_, text)| (*text).to_owned())
            };
            Ok(own.or_else(shipped))
        });
        Self { environment, shown }
    }

    /// Whether a template of this name exists.
    pub fn has(&self, name: &str) -> bool {
        match self.environment.get_template(name) {
            Ok(_) => true,
            Err(e) => e.kind() != ErrorKind::TemplateNotFound,
        }
    }

    /// Fills in a template. The diagnostic shows the template's line, never a value.
    pub fn render(&self, name: &str, context: &impl serde::Serialize) -> Result<String, Diagnostic> {
        let context = Value::from(Serde(context));
        self.environment
            .get_template(name)
            .and_then(|template| template.render(context))
            .map_err(|e| faults::of_template(&e, name, &self.shown, &self.environment))
    }

    /// Whether a template can be read at all.
    pub fn check(&self, name: &str) -> Option<Diagnostic> {
        let error = self.environment.get_template(name).err()?;
        Some(faults::of_template(&error, name, &self.shown, &self.environment))
    }

    /// The text of a template, its file as shown, and the names with their dots that it takes from outside, sorted.
    pub fn asks_for(&self, name: &str) -> Option<(String, String, Vec<String>)> {
        let template = self.environment.get_template(name).ok()?;
        let shown = self.shown.get(name).map_or_else(|| format!("templates/{name}"), Clone::clone);
        let mut names: Vec<String> = template.undeclared_variables(true).into_iter().collect();
        names.sort();
        Some((template.source().to_owned(), shown, names))
    }

    /// Whether a filter has this name.
    pub fn has_filter(&self, name: &str) -> bool {
        let asked = self.environment.render_str(&format!("{{{{ 1 | {name} }}}}"), ());
        asked.err().is_none_or(|e| e.kind() != ErrorKind::UnknownFilter)
    }

    /// Reads the `because` of a rule once for all subjects; gives the names that it uses (`subject.name`), sorted.
    pub fn add_line(&mut self, rule: usize, text: &str) -> Result<Vec<String>, Error> {
        let name = line_name(rule);
        self.environment.add_template_owned(name.clone(), text.to_owned())?;
        let template = self.environment.get_template(&name)?;
        let mut names: Vec<String> = template.undeclared_variables(true).into_iter().collect();
        names.retain(|n| n != "t");
        names.sort();
        Ok(names)
    }

    /// The names that the `because` of a rule uses, sorted.
    pub fn names_of_line(&self, rule: usize) -> Vec<String> {
        let template = self.environment.get_template(&line_name(rule));
        let mut names: Vec<String> =
            template.map(|t| t.undeclared_variables(true).into_iter().collect()).unwrap_or_default();
        names.sort();
        names
    }

    /// Fills in the `because` of a rule.
    pub fn line(&self, rule: usize, names: BTreeMap<String, Value>) -> Result<String, Error> {
        self.environment.get_template(&line_name(rule))?.render(Value::from(names))
    }
}

/// No file has such a name, and it has no ending that would escape HTML.
fn line_name(rule: usize) -> String {
    format!("because of rule {rule}")
}

/// Prints a value. Missing is an error; numbers are written short.
fn print(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Err(Error::new(ErrorKind::InvalidOperation, MISSING));
    }
    if value.kind() == ValueKind::Number
        && !value.is_integer()
        && let Ok(x) = f64::try_from(value.clone())
    {
        return escape_formatter(out, state, &Value::from(crate::words::figure_text(x)));
    }
    if state.name().ends_with(".md")
        && let Some(text) = value.as_str()
    {
        return out.write_str(&markdown(text)).map_err(|_| ErrorKind::WriteFailure.into());
    }
    escape_formatter(out, state, value)
}

/// A text within Markdown, where a name such as `<script>` would become a tag once it is shown as a page.
fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let opens = |next: &char| next.is_alphabetic() || matches!(next, '/' | '!' | '?');
        if sign == '<' && signs.peek().is_some_and(opens) {
            safe.push('\\');
        }
        safe.push(sign);
    }
    safe
}

/// The number to format; `Err` with the words of `missing=` where there is none.
fn number_of(value: &Value, options: &Kwargs) -> Result<Result<f64, String>, Error> {
    let instead: Option<String> = options.get("missing")?;
    if value.is_none() || value.is_undefined() {
        return instead.map(Err).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, MISSING));
    }
    f64::try_from(value.clone()).map(Ok).map_err(|_| ours(said!("a number is needed here")))
}

fn text_of(value: &Value) -> Result<&str, Error> {
    if value.is_none() {
        return Err(Error::new(ErrorKind::InvalidOperation, MISSING));
    }
    value.as_str().ok_or_else(|| ours(said!("a text is needed here")))
}

fn places(options: &Kwargs, otherwise: i32) -> Result<i32, Error> {
    Ok(options.get::<Option<i32>>("decimals")?.unwrap_or(otherwise).clamp(0, 12))
}

fn add_filters(environment: &mut Environment<'static>, words: &Arc<Words>) {
    let w = words.clone();
    environment.add_filter("percent", move |value: Value, options: Kwargs| -> Result<String, Error> {
        let decimals = places(&options, 1)?;
        Ok(number_of(&value, &options)?.map_or_else(|instead| instead, |x| w.percent(x, decimals)))
    });
    for (name, decimals) in [("number", 2), ("points", 1)] {
        let w = words.clone();
        environment.add_filter(name, move |value: Value, options: Kwargs| -> Result<String, Error> {
            let decimals = places(&options, decimals)?;
            Ok(number_of(&value, &options)?.map_or_else(|instead| instead, |x| w.number(x, decimals)))
        });
    }
    let w = words.clone();
    environment.add_filter("date", move |value: Value| -> Result<String, Error> {
        let date = text_of(&value)?.parse().map_err(|_| ours(said!("a date such as 2026-04-30 is needed here")))?;
        Ok(w.date(date))
    });
    let w = words.clone();
    environment.add_filter("period", move |value: Value| -> Result<String, Error> { Ok(w.period(text_of(&value)?)) });
    environment.add_filter("sentence", |value: Value| text_of(&value).map(capitalised));
    environment.add_filter("prose", |value: Value| text_of(&value).map(prose));
    let w = words.clone();
    environment.add_filter("interval", move |value: Value, options: Kwargs| interval(&w, &value, &options));
    let w = words.clone();
    environment.add_function("t", move |key: &str, options: Kwargs| say(&w, key, &options));
}

/// A sentence with names in backticks, as HTML: escaped, the names as code.
fn prose(sentence: &str) -> Value {
    let mut html = String::with_capacity(sentence.len() + 32);
    let parts: Vec<&str> = sentence.split('`').collect();
    for (i, part) in parts.iter().enumerate() {
        let code = i % 2 == 1 && i + 1 < parts.len();
        if i % 2 == 1 && !code {
            html.push('`');
        }
        html.push_str(if code { "<code>" } else { "" });
        for c in part.chars() {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                '\'' => html.push_str("&#x27;"),
                other => html.push(other),
            }
        }
        html.push_str(if code { "</code>" } else { "" });
    }
    Value::from_safe_string(html)
}

/// `{{ answer_promptly | interval }}`: `72.1% to 80.3%`.
fn interval(words: &Words, value: &Value, options: &Kwargs) -> Result<String, Error> {
    let instead: Option<String> = options.get("missing")?;
    let end = |name: &str| {
        let end = value.get_attr(name).ok().filter(|v| !v.is_none() && !v.is_undefined());
        end.and_then(|v| f64::try_from(v).ok())
    };
    let (Some(lower), Some(upper)) = (end("lower"), end("upper")) else {
        return instead.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, MISSING));
    };
    let unit = value.get_attr("unit").ok();
    let unit = unit.as_ref().and_then(Value::as_str);
    let show = |x: f64| match unit {
        Some("share") => words.percent(x, 1),
        Some("points") => words.number(100.0 * x, 1),
        _ => words.number(x, 2),
    };
    let key = if unit == Some("points") { "interval.points" } else { "interval.short" };
    Ok(words.say(key, &[("lower", &show(lower)), ("upper", &show(upper))]))
}

/// `{{ t("headline.reward", count=3) }}`: a text of the language file; `count` chooses between one and other.
fn say(words: &Words, key: &str, options: &Kwargs) -> Result<String, Error> {
    let mut holes = Vec::new();
    let mut count = None;
    for name in options.args().map(str::to_owned).collect::<Vec<_>>() {
        let value: Value = options.get(&name)?;
        if value.is_none() {
            return Err(Error::new(ErrorKind::InvalidOperation, MISSING));
        }
        if name == "count" {
            count = u64::try_from(value.clone()).ok();
        }
        let shown = match f64::try_from(value.clone()) {
            Ok(x) if value.kind() == ValueKind::Number => words.number(x, 2),
            _ => value.to_string(),
        };
        holes.push((name, shown));
    }
    let holes: Vec<(&str, &str)> = holes.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let said = count.and_then(|c| words.count(key, c, &holes)).or_else(|| words.try_say(key, &holes));
    said.ok_or_else(|| ours(said!("no text has the key `{key}` in the words of this language", key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_tag_in_markdown() {
        assert_eq!(markdown("</b><i>x, p < 0.05, a<-b"), "\\</b>\\<i>x, p < 0.05, a<-b");
    }

    #[test]
    fn names_in_backticks_become_code_and_nothing_else_is_html() {
        let html = |text: &str| prose(text).to_string();
        assert_eq!(html("`a<b>`: 1 & 2"), "<code>a&lt;b&gt;</code>: 1 &amp; 2");
        assert_eq!(html("a lone ` stays <i>"), "a lone ` stays &lt;i&gt;");
        assert_eq!(html("plain"), "plain");
    }
}
