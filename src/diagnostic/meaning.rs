//! Did-you-mean, by spelling and by meaning.

use strsim::damerau_levenshtein;

/// Words that people use for one thing. Ours stand among them; whichever is a candidate is offered,
/// the first of the line before the others, so that the table works both ways.
#[rustfmt::skip]
const SAME: &[&[&str]] = &[
    &["target", "goal", "objective", "aim", "expected_level", "service_level"],
    &["floor", "minimum", "min", "threshold", "lower_limit", "least", "limit"],
    &["stretch", "excellence", "excellent", "ambition", "maximum", "max", "top"],
    &["baseline", "benchmark", "reference", "starting_point", "previous_level"],
    &["share", "percent", "percentage", "proportion", "pct", "fraction", "quota"],
    &["mean", "average", "avg"],
    &["median", "middle"],
    &["percentile", "quantile"],
    &["sum", "total", "add_up"],
    &["total", "overall", "sum"],
    &["count", "number_of", "how_many", "tally"],
    &["rate", "frequency", "per"],
    &["ratio", "quotient"],
    &["nps", "net_promoter_score", "net_promoter", "promoter_score"],
    &["gap", "difference", "servqual"],
    &["person", "employee", "staff", "agent", "worker", "user", "member", "colleague", "individual"],
    &["people", "employees", "staff", "agents", "workers", "directory", "persons", "team"],
    &["department", "dept", "team", "branch", "section"],
    &["unit", "division", "business_unit", "branch"],
    &["organisation", "organization", "company", "firm", "employer"],
    &["subject", "assessed"],
    &["subjects", "who", "attributes"],
    &["reward", "bonus", "praise", "prize", "award", "recognition", "incentive"],
    &["sanction", "warning", "punish", "punishment", "penalty", "discipline", "disciplinary"],
    &["develop", "training", "coach", "coaching", "help", "train", "support", "improve"],
    &["recommend", "outcome", "recommendation", "then", "result", "do"],
    &["zone", "timezone", "time_zone", "tz"],
    &["language", "lang", "locale"],
    &["measures", "metrics", "kpis", "indicators"],
    &["measure", "metric", "kpi", "indicator"],
    &["standards", "criteria", "service_levels", "targets", "requirements"],
    &["standard", "criterion", "requirement"],
    &["promise", "pledge", "commitment", "wording", "description"],
    &["fields", "columns", "field", "column"],
    &["column", "header", "title", "field", "name"],
    &["field", "column", "name"],
    &["type", "kind", "datatype"],
    &["kind", "type", "category"],
    &["where", "filter", "if", "condition", "only", "when"],
    &["when", "if", "condition", "trigger", "where", "unless"],
    &["file", "files", "path", "filename"],
    &["files", "file", "path", "paths", "data"],
    &["sources", "data", "datasets", "inputs", "tables"],
    &["source", "from", "data", "dataset", "table"],
    &["id", "key", "identifier", "name", "code"],
    &["key", "id", "identifier"],
    &["name", "title", "label"],
    &["at", "date", "time", "timestamp", "when", "datetime", "moment"],
    &["as_of", "today", "now", "reference_date"],
    &["from", "start", "since", "begin", "starts"],
    &["to", "until", "end", "till"],
    &["effective", "valid_from", "start", "in_force"],
    &["review_by", "review", "expires", "valid_until"],
    &["periods", "period", "frequency", "interval"],
    &["every", "period", "frequency", "each", "interval"],
    &["because", "reason", "why", "text", "message", "justification"],
    &["action", "consequence", "do", "then"],
    &["weight", "importance", "weighting"],
    &["points", "score", "grade"],
    &["score", "points", "grade", "total"],
    &["combine", "aggregate", "aggregation", "method", "combination"],
    &["of", "parts", "members", "items"],
    &["out_of", "denominator", "base"],
    &["for", "applies_to", "scope", "who"],
    &["levels", "hierarchy", "structure"],
    &["level", "hierarchy"],
    &["rules", "policies", "conditions"],
    &["reports", "letters", "templates", "outputs"],
    &["template", "letter", "layout"],
    &["include", "import", "imports", "includes"],
    &["extends", "base", "inherits", "parent", "extend"],
    &["functions", "scripts", "function"],
    &["minimum", "min", "min_records", "least"],
    &["records", "rows", "n", "cases"],
    &["exclude", "except", "ignore", "without"],
    &["missing", "na", "null", "empty", "blank"],
    &["not_due", "pending", "open", "not_yet_due"],
    &["not_applicable", "na", "skip", "irrelevant"],
    &["shield", "protect", "excuse", "excused"],
    &["cause", "reason", "fault"],
    &["adjust_for", "adjust", "stratify", "strata", "control_for", "difficulty"],
    &["corroborated_by", "confirmed_by", "supported_by"],
    &["delimiter", "separator", "sep"],
    &["decimal", "decimal_sign", "decimal_point"],
    &["header_row", "header", "header_line", "skip_rows"],
    &["encoding", "charset"],
    &["dates", "date_format", "date_formats"],
    &["number", "numeric", "integer", "int", "float", "decimal", "amount"],
    &["text", "string", "str", "varchar", "category"],
    &["yes_no", "bool", "boolean", "flag", "logical"],
    &["time", "date", "datetime", "timestamp"],
    &["duration", "timespan", "interval"],
    &["lower_is_better", "smaller_is_better", "invert", "direction"],
    &["within", "deadline", "by"],
    &["is_missing", "is_null", "isnull", "isna", "is_empty", "isblank", "is_blank", "missing"],
    &["contains", "includes", "has"],
    &["lower", "lowercase", "to_lower", "to_lowercase"],
    &["upper", "uppercase", "to_upper", "to_uppercase"],
    &["ceil", "ceiling", "round_up", "roundup"],
    &["floor", "round_down", "rounddown"],
    &["round", "rounded"],
    &["matches", "regex", "like"],
    &["hours_between", "datediff", "date_diff", "elapsed"],
    &["below_floor", "below_minimum", "fails", "failed", "missed"],
    &["met", "reached", "achieved", "passed"],
    &["contactor", "front_line", "frontline"],
    &["isolated", "back_office", "backoffice"],
    &["objective", "fact", "factual"],
    &["subjective", "opinion", "observed"],
    &["observation", "review", "observed"],
    &["customer_response", "survey", "feedback", "response"],
    &["record", "log", "contact", "transaction"],
    &["complaint", "grievance"],
    &["month", "monthly"],
    &["week", "weekly"],
    &["quarter", "quarterly"],
    &["year", "yearly", "annual", "annually"],
    &["day", "daily"],
];

/// The candidate nearest to what was written, if one is near enough: by Damerau–Levenshtein distance,
/// at most 1 for three or four characters, 2 up to eight, 3 beyond; then by the same words in another
/// order; then by a beginning or an end of at least four characters that only one candidate has.
/// Case and `-`, `_` or space between words make no difference. Of equals, the first in the alphabet.
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = plain(written);
    if word.is_empty() {
        return None;
    }
    let mut all: Vec<(&str, String)> = candidates.into_iter().map(|c| (c, plain(c))).collect();
    all.sort();
    all.dedup();
    let length = word.chars().count();
    let reach = match length {
        0..=2 => 0,
        3..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    // A much longer candidate is never within reach: don't compare with it.
    let close = all
        .iter()
        .filter(|(_, plain)| plain.chars().count().abs_diff(length) <= reach)
        .map(|(candidate, plain)| (damerau_levenshtein(&word, plain), *candidate))
        .filter(|(distance, _)| *distance <= reach)
        .min();
    if let Some((_, candidate)) = close {
        return Some(candidate);
    }
    let sorted_words = |text: &str| {
        let mut words: Vec<String> = text.split('_').map(str::to_owned).collect();
        words.sort();
        words
    };
    if let Some((candidate, _)) = all.iter().find(|(_, plain)| sorted_words(plain) == sorted_words(&word)) {
        return Some(candidate);
    }
    if length < 4 {
        return None;
    }
    let mut alike = all.iter().filter(|(_, plain)| {
        let shorter = plain.len().min(word.len());
        shorter >= 4
            && (plain.starts_with(&word) || word.starts_with(plain.as_str()) || plain.ends_with(&format!("_{word}")))
    });
    match (alike.next(), alike.next()) {
        (Some((candidate, _)), None) => Some(candidate),
        _ => None,
    }
}

/// The same, also by meaning: goal→target, percent→share, average→mean, employee→person, bonus→reward …
/// A meaning applies only when its word is among the candidates, and goes before spelling, because
/// `date` means `at` and only looks like `rate`.
pub fn did_you_mean<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let all: Vec<&str> = candidates.into_iter().collect();
    let word = plain(written);
    // The same word in another case or with other marks between its parts is nearer than any meaning.
    if let Some(same) = all.iter().filter(|c| plain(c) == word).min() {
        return Some(same);
    }
    by_meaning(&word, &all)
        .or_else(|| word.strip_suffix('s').and_then(|one| by_meaning(one, &all)))
        .or_else(|| nearest(written, all.iter().copied()))
}

fn by_meaning<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    // Lines whose first word is ours and a candidate go first: they are what the format calls it.
    let lines = || SAME.iter().filter(|line| line.contains(&word));
    let find = |wanted: &str| candidates.iter().find(|c| **c == wanted).copied();
    lines()
        .find_map(|line| line.first().and_then(|ours| find(ours)))
        .or_else(|| lines().flat_map(|line| line.iter()).filter(|other| **other != word).find_map(|other| find(other)))
}

/// Lower case, with `_` between words.
fn plain(text: &str) -> String {
    text.trim().to_lowercase().replace(['-', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_spelling() {
        assert_eq!(nearest("csta", ["csat", "nps"]), Some("csat"));
        assert_eq!(nearest("answer_promtly", ["answer_promptly", "satisfy"]), Some("answer_promptly"));
        assert_eq!(nearest("Wait-Seconds", ["wait_seconds"]), Some("wait_seconds"));
        assert_eq!(nearest("promptly_answer", ["answer_promptly"]), Some("answer_promptly"));
        assert_eq!(nearest("answered", ["answered_in_20s", "satisfied"]), Some("answered_in_20s"));
        assert_eq!(nearest("seconds", ["wait_seconds", "topic"]), Some("wait_seconds"));
    }

    #[test]
    fn what_is_far_or_ambiguous_is_not_guessed() {
        assert_eq!(nearest("x", ["a", "b"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest("elephant", ["csat", "nps"]), None);
        assert_eq!(nearest("answered", ["answered_in_20s", "answered_in_60s"]), None);
        assert_eq!(nearest("nps", []), None);
    }

    #[test]
    fn equals_are_decided_by_the_alphabet_not_by_the_order_given() {
        assert_eq!(nearest("rat", ["cat", "bat"]), Some("bat"));
        assert_eq!(nearest("rat", ["bat", "cat"]), Some("bat"));
    }

    #[test]
    fn letters_beyond_ascii_count_as_one() {
        assert_eq!(nearest("qualite", ["qualité"]), Some("qualité"));
        assert_eq!(nearest("ΤΙΜΗ", ["τιμη"]), Some("τιμη"));
    }

    #[test]
    fn by_meaning_in_both_directions() {
        let standard = ["promise", "measure", "floor", "target", "stretch", "weight", "for"];
        for (written, meant) in [
            ("goal", "target"),
            ("objective", "target"),
            ("Goals", "target"),
            ("minimum", "floor"),
            ("threshold", "floor"),
            ("metric", "measure"),
            ("kpi", "measure"),
        ] {
            assert_eq!(did_you_mean(written, standard), Some(meant), "{written}");
        }
        assert_eq!(did_you_mean("target", ["goal", "name"]), Some("goal"));
        assert_eq!(did_you_mean("timezone", ["zone", "language"]), Some("zone"));
        assert_eq!(did_you_mean("penalty", ["reward", "develop", "sanction"]), Some("sanction"));
        assert_eq!(did_you_mean("staff", ["person", "department"]), Some("person"));
    }

    #[test]
    fn a_meaning_needs_its_word_among_the_candidates() {
        assert_eq!(did_you_mean("goal", ["share", "mean"]), None);
        assert_eq!(did_you_mean("filter", ["when", "because"]), Some("when"));
        assert_eq!(did_you_mean("filter", ["where", "when"]), Some("where"));
    }

    #[test]
    fn meaning_goes_before_a_chance_likeness() {
        assert_eq!(did_you_mean("date", ["rate", "at", "share"]), Some("at"));
        assert_eq!(did_you_mean("percent", ["percentile", "share"]), Some("share"));
        assert_eq!(did_you_mean("Share", ["share", "percent"]), Some("share"));
    }
}
