//! What a workspace took out of its base with `!remove`: what then misses it says so in the base's files, where nothing is wrong.

use super::{Diagnostic, Sources, Span};
use crate::said;

/// An entry of a base that a workspace above it removed, and that nothing put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenOut {
    /// What it belonged to (`prompt`, of `standards: { prompt: { target: … } }`); empty at the top.
    pub of: String,
    pub name: String,
    /// Where `!remove` stands.
    pub at: Span,
}

impl TakenOut {
    /// Whether a problem is about the entry: it names it, or that which lacks it.
    fn is_missed_by(&self, problem: &Diagnostic) -> bool {
        let said: &str = &problem.message;
        let quoted = |name: &str| !name.is_empty() && said.contains(&format!("`{name}`"));
        let word = || said.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == self.name);
        quoted(&self.name) || quoted(&self.of) && word()
    }
}

/// The same problems, each with the place where what it misses was taken out, and what to do about that.
pub(super) fn explained(problems: &[Diagnostic], sources: &Sources) -> Vec<Diagnostic> {
    let explain = |problem: &Diagnostic| {
        let missed = sources.taken_out.iter().find(|entry| problem.is_error() && entry.is_missed_by(problem));
        let Some(TakenOut { name, at, .. }) = missed else { return problem.clone() };
        problem.clone().at(*at, said!("`{name}` is taken out here", name)).help(said!(
            "the base has `{name}`: keep it, or change here what still names it (a list such as `of:` is written anew, a rule goes with `- !remove ID`)",
            name
        ))
    };
    problems.iter().map(explain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, FileId, Place};

    static CODE: Code = Code { id: "EH0000", title: "t", explanation: "e" };

    #[test]
    fn a_problem_that_misses_an_entry_says_where_it_went() {
        let at = Span { file: FileId(0), start: 1, end: 2 };
        let entry = |of: &str, name: &str| TakenOut { of: of.into(), name: name.into(), at };
        let mut sources = Sources::default();
        sources.taken_out = vec![entry("standards", "prompt"), entry("solve", "target")];
        let labels = |message| explained(&[Diagnostic::error(&CODE, message)], &sources)[0].labels.len();
        assert_eq!(labels(said!("unknown standard or group `prompt`")), 1);
        assert_eq!(labels(said!("`solve` has no target")), 1);
        assert_eq!(labels(said!("`prompts` has no target")), 0, "another one's");
        assert_eq!(labels(said!("`solve` has no floor")), 0, "that is there");
        let warning = Diagnostic::warning(&CODE, said!("unknown standard or group `prompt`"));
        assert!(explained(&[warning], &sources)[0].labels.is_empty());
        let found = explained(&[Diagnostic::error(&CODE, said!("`solve` has no target"))], &sources);
        assert_eq!(found[0].labels[0].place, Place::Author(at));
    }
}
