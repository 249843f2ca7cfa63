//! A made-up bank: people in two departments, twelve months, five standards, every outcome.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::{Date, date};

use super::Cell;
use crate::diagnostic::{Authored, FileId, Origin, Said, Sources, Span, Text};
use crate::fairness::Z95;
use crate::judge::{Detail, Evidence, Facts, Gate, LevelOutcomes, Outcome, Recommendations, Tried, Verdict};
use crate::language::{Because, Calendar, Expected, Program, Value};
use crate::measure::*;
use crate::records::{InputFile, LeftOut, Quarantined, SourceIntake};
use crate::said;
use crate::score::{LevelScores, Scorecards, StandardScores};
use crate::workspace::*;

/// A program that nothing runs.
fn program() -> Program {
    crate::score::fixture::program("1", Expected::Any, &mut crate::score::fixture::Names(&[]))
}

fn by<T>(value: T) -> Authored<T> {
    Authored::default_of(value)
}

fn word(text: &str) -> Authored<String> {
    by(text.to_owned())
}

pub fn measure(id: &str, form: Form, lower_is_better: bool) -> Measure {
    Measure {
        id: word(id),
        origin: Origin::nowhere(),
        source: Some(0),
        kind: MeasureKind::Objective,
        form,
        wording: Said::verbatim(format!("{id} <= 20")),
        filter: None,
        exclude: Vec::new(),
        not_applicable: None,
        not_due: None,
        shield: Vec::new(),
        cause: None,
        adjust_for: Vec::new(),
        lower_is_better,
        at: None,
        purpose: None,
        decimals: 6,
        max_missing: 0.2,
        agreement: None,
        rater: None,
        rated: None,
        scorecard: None,
        probe: None,
        more: BTreeMap::new(),
    }
}

fn standard(id: &str, promise: &str, measure: usize, lines: [f64; 3], weight: f64) -> Standard {
    let line = |x: f64| (!x.is_nan()).then(|| by(Line::Number(x)));
    Standard {
        id: word(id),
        origin: Origin::nowhere(),
        promise: word(promise),
        binding: None,
        measure,
        quality: None,
        phase: None,
        perspective: None,
        applies_to: BTreeMap::new(),
        floor: line(lines[0]),
        target: line(lines[1]),
        stretch: line(lines[2]),
        baseline: None,
        weight,
        points: None,
        develop: None,
        owner: None,
        more: BTreeMap::new(),
    }
}

fn rule(id: &str, recommend: Recommend, because: &str) -> Rule {
    Rule {
        id: word(id),
        origin: Origin::nowhere(),
        recommend,
        levels: vec![0],
        levels_named: false,
        applies_to: BTreeMap::new(),
        when: program(),
        slots: Vec::new(),
        because: (!because.is_empty()).then(|| Text::whole_file(FileId(0), because)),
        action: (recommend == Recommend::Reward).then(|| word("a certificate and a day off")),
        corroborated_by: Vec::new(),
        claims: vec![0],
        k_of_m: Some((3, 4)),
        offer: false,
        more: BTreeMap::new(),
    }
}

/// Position of each measure: shares first.
const FORMS: usize = 6;

pub fn plan() -> Plan {
    let nan = f64::NAN;
    let zone = jiff::tz::TimeZone::UTC;
    let measures = vec![
        measure("answered_in_20s", Form::Share(program()), false),
        measure("satisfied", Form::Share(program()), false),
        measure("nps", Form::Nps(program()), false),
        measure("handle_minutes", Form::Mean(program()), true),
        measure("kept_date", Form::Share(program()), false),
        measure("calls", Form::Count, false),
    ];
    assert_eq!(measures.len(), FORMS);
    Plan {
        author: Arc::new(Sources::default()),
        root: PathBuf::from("/nowhere"),
        folders: vec![],
        author_files: vec![AuthorFile {
            name: "evenhand.yaml".into(),
            path: PathBuf::from("/nowhere/evenhand.yaml"),
            digest: "ab".repeat(32),
        }],
        language: word("en"),
        words: crate::words::Words::english(),
        zone_name: word("Africa/Accra"),
        zone: zone.clone(),
        periods: PeriodRule { every: by(Every::Month), from: None, starts: (1, 1) },
        as_of: None,
        charter: Charter {
            overlay: None,
            origin: Origin::nowhere(),
            id: "akwaaba-bank".into(),
            name: word("Akwaaba Bank Customer Service Charter"),
            version: word("2026.1"),
            effective: Some(by(date(2026, 1, 1))),
            review_by: Some(by(date(2026, 12, 31))),
            owner: Some(word("Head of Service")),
            customer: Some(word("the account holder who pays")),
            book: Default::default(),
            stale_after: crate::workspace::STALE_AFTER,
            more: BTreeMap::new(),
        },
        claims: Vec::new(),
        next_targets: None,
        levels: vec![word("person"), word("department"), word("organisation")],
        people: None,
        evidence: None,
        names: BTreeMap::new(),
        protected: None,
        calendar: Arc::new(Calendar::office_hours(zone)),
        sources: vec![Source {
            id: word("calls"),
            origin: Origin::nowhere(),
            kind: SourceKind::Record,
            files: vec![word("data/calls.csv")],
            base: PathBuf::new(),
            format: Format::default(),
            missing: Vec::new(),
            key: None,
            latest_by: Vec::new(),
            subjects: BTreeMap::new(),
            at: None,
            period: None,
            filter: None,
            fields: Vec::new(),
            credit: None,
            lag_days: 0,
            shield: Vec::new(),
            cause: None,
        }],
        measures,
        standards: vec![
            standard("answer_promptly", "We answer your call within 20 seconds.", 0, [0.6, 0.8, 0.9], 2.0),
            standard("satisfy", "You leave satisfied.", 1, [0.6, 0.8, nan], 1.0),
            standard("recommend", "You would recommend us to a friend.", 2, [0.0, 40.0, nan], 1.0),
            standard("be_brief", "We don't keep you longer than we need to.", 3, [8.0, 5.0, nan], 1.0),
            standard("keep_dates", "We keep the date we gave you.", 4, [0.7, 0.9, nan], 1.0),
        ],
        scoring: Scoring { min_weight: 0.6, groups: Vec::new(), total: None, unvalidated: None },
        minimum: Minimum { records: 30, accept_risk: None },
        fairness: FairnessPolicy {
            reward_line: 80.0,
            sanction_line: 40.0,
            peers: Vec::new(),
            q: 0.05,
            k: 3,
            m: 4,
            gates: BTreeMap::new(),
            methods: Default::default(),
            warning_months: 12,
            reliability_person: 0.9,
            reliability_group: 0.7,
            more: BTreeMap::new(),
        },
        luck: LuckPolicy::default(),
        rules: vec![
            rule(
                "keeps_every_promise",
                Recommend::Reward,
                "{{ subject.name }} kept the promise in {{ answer_promptly.value | percent }} of calls",
            ),
            rule("consistent_offender", Recommend::Sanction, "too many calls waited in 3 of the last 4 months"),
            rule("needs_support", Recommend::Develop, ""),
        ],
        reports: vec![spec("letter.html"), spec("certificate.html"), spec("agenda.md")],
        findings: Vec::new(),
        digest: "cd".repeat(32),
    }
}

pub fn spec(template: &str) -> ReportSpec {
    ReportSpec { template: word(template), applies_to: BTreeMap::new(), origin: Origin::nowhere() }
}

/// A small generator, the same everywhere.
struct Draw(u64);

impl Draw {
    /// 0…1
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn subjects(level: usize, count: usize, periods: usize) -> Vec<Subject> {
    let names = ["Ama Mensah", "Kofi Boateng", "Efua Owusu", "Yaw Darko", "Akosua Asante <b>", "Kwame Addo"];
    (0..count)
        .map(|i| {
            let (id, name) = match level {
                0 => (format!("AG-{i:05}"), names[i % names.len()].to_owned()),
                1 => (format!("D{i}"), ["Accra call centre", "Kumasi branch"][i % 2].to_owned()),
                _ => ("organisation".to_owned(), "Akwaaba Bank".to_owned()),
            };
            let attributes = Arc::new(BTreeMap::from([("role".to_owned(), "agent".to_owned())]));
            Subject {
                id: id.into(),
                name: name.into(),
                attributes: vec![Some(attributes); periods],
                parents: BTreeMap::new(),
            }
        })
        .collect()
}

fn level(level: usize, name: &str, count: usize, periods: usize) -> (LevelReadings, LevelScores, LevelOutcomes) {
    let cells = count * periods;
    let mut draw = Draw(level as u64 + 7);
    let scale = [1.0, 40.0, 80.0][level.min(2)];
    let skill: Vec<f64> = (0..count).map(|_| if level == 0 { draw.next() * 0.3 - 0.12 } else { 0.04 }).collect();
    let mut measures = Vec::new();
    for m in 0..FORMS {
        let mut figures = Figures::default();
        for cell in 0..cells {
            let (n, value, half) = match m {
                0 | 1 => {
                    let n = (30.0 + draw.next() * 200.0) * scale;
                    let p = (0.78 + skill[cell / periods] + draw.next() * 0.06 - 0.03).clamp(0.02, 0.99);
                    (n, p, Z95 * (p * (1.0 - p) / n).sqrt())
                }
                2 => (40.0 * scale, 20.0 + 90.0 * skill[cell / periods], 12.0 / scale.sqrt()),
                3 => (40.0 * scale, 5.5 - 6.0 * skill[cell / periods], 0.6 / scale.sqrt()),
                4 => (0.0, f64::NAN, f64::NAN),
                _ => (90.0 * scale, 90.0 * scale, f64::NAN),
            };
            figures.n.push(n as u64);
            figures.raw.push(value);
            figures.value.push(value);
            figures.lower.push(if m < 2 { (value - half).max(0.0) } else { value - half });
            figures.upper.push(if m < 2 { (value + half).min(1.0) } else { value + half });
        }
        measures.push(MeasureReadings {
            tallies: Tallies::Formula,
            rows: RowStates::default(),
            estimate: figures.value.clone(),
            reliability: vec![0.92; cells],
            state: vec![if m == 4 { State::Unmeasured } else { State::Measured }; cells],
            figures,
            method: ["share.wilson", "share.wilson", "nps.adjusted_wald", "mean.t", "share.wilson", "count.none"][m],
            person_side: None,
            lines: BTreeMap::new(),
            agreement: None,
        });
    }
    let lines = [[0.6, 0.8, 0.9], [0.6, 0.8, 1.0], [0.0, 40.0, 100.0], [8.0, 5.0, 0.0], [0.7, 0.9, 1.0]];
    let standards: Vec<StandardScores> = lines
        .iter()
        .zip(&measures)
        .map(|(line, m)| {
            let points = m.figures.value.iter().map(|v| ((v - line[0]) / (line[1] - line[0]) * 80.0).clamp(0.0, 100.0));
            let points: Vec<f64> = points.collect();
            StandardScores {
                floor: vec![line[0]; cells],
                target: vec![line[1]; cells],
                stretch: vec![line[2]; cells],
                baseline: vec![f64::NAN; cells],
                points_worst: points.clone(),
                points_best: points.clone(),
                points,
                state: m.state.clone(),
            }
        })
        .collect();
    let score: Vec<f64> = (0..cells).map(|c| (0..4).map(|s| standards[s].points[c]).sum::<f64>() / 4.0).collect();
    let mut outcome = vec![None; cells];
    let mut rules = vec![None; cells];
    for subject in 0..count {
        let cell = subject * periods + periods - 1;
        let (found, rule) = match (level, subject % 20) {
            (2, _) => (Outcome::None, None),
            (1, 1) => (Outcome::ProcessReview, None),
            (1, _) => (Outcome::Reward, Some(0)),
            (_, 3) => (Outcome::Sanction, Some(1)),
            (_, 5..=7) => (Outcome::Develop, Some(2)),
            (_, 8) => (Outcome::Insufficient, None),
            (_, 9 | 12) => (Outcome::Reward, Some(0)),
            _ => (Outcome::None, None),
        };
        outcome[cell] = Some(found);
        rules[cell] = rule;
    }
    let readings = LevelReadings {
        level: name.to_owned(),
        subjects: subjects(level, count, periods),
        measures,
        records: vec![90; cells],
        mixes: Vec::new(),
    };
    let scores = LevelScores {
        score_lower: score.iter().map(|s| s - 6.0).collect(),
        score_upper: score.iter().map(|s| s + 6.0).collect(),
        score,
        standards,
        ..LevelScores::default()
    };
    (readings, scores, LevelOutcomes { outcome, rule: rules, ..LevelOutcomes::default() })
}

/// `people` people in two departments over twelve months; the last is judged.
pub fn recommendations(people: usize) -> Recommendations {
    let periods: Vec<Period> = (0..12)
        .map(|i| {
            let month = |i: i16| -> Date { date(2025 + (4 + i) / 12, ((4 + i) % 12 + 1) as i8, 1) };
            let start = month(i);
            Period {
                name: format!("{:04}-{:02}", start.year(), start.month()),
                start: Some(start),
                end: Some(month(i + 1)),
                complete: true,
                records: 1000,
            }
        })
        .collect();
    let parts =
        [(0, "person", people), (1, "department", 2), (2, "organisation", 1)].map(|(l, name, n)| level(l, name, n, 12));
    let (mut readings, mut scores, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
    for (r, s, o) in parts {
        readings.push(r);
        scores.push(s);
        outcomes.push(o);
    }
    let rows = MeasureRows { used: 12000, measured: 11900, missing: 100, ..MeasureRows::default() };
    let quarantined = |file: &str, line| Quarantined {
        file: file.into(),
        line,
        column: "Speed".into(),
        reason: said!("`{written}` is not a number", written = "=1+1"),
    };
    let file = |name: &str, digest: &str| InputFile { name: name.into(), digest: digest.repeat(32), bytes: 9, rows: 3 };
    let readings = Readings {
        levels: readings,
        periods,
        judged: vec![11],
        as_of: date(2026, 4, 30),
        attendance: crate::measure::Attendance {
            unknown_persons: 1,
            unknown_records: 4,
            without: vec![2],
            differing: vec![3],
        },
        raters: Vec::new(),
        sources: vec![Some(SourceIntake {
            rows_in: 12034,
            used: 12000,
            left_out: vec![LeftOut { reason: "row filter".into(), rows: 32 }],
            quarantined: 2,
        })],
        rows: vec![rows; FORMS],
        quarantine: vec![quarantined("data/a.csv", 7), quarantined("data/b.csv", 3)],
        files: vec![file("data/a.csv", "ee"), file("data/b.csv", "11")],
        roll: Default::default(),
        training: Default::default(),
        findings: Vec::new(),
        failures: Vec::new(),
    };
    Recommendations {
        places: Arc::default(),
        scorecards: Scorecards {
            readings: Arc::new(readings),
            levels: scores,
            findings: Vec::new(),
            failures: Vec::new(),
        },
        on_record: Default::default(),
        facts: Facts::default(),
        levels: outcomes,
        loosened: vec!["reliability .8 instead of .9, because the pilot is small (approved by Head of Service)".into()],
        failures: Vec::new(),
    }
}

fn because(wording: &str, value: Value, parts: Vec<Because>) -> Because {
    Because { wording: wording.into(), value, span: Span { file: FileId(0), start: 0, end: 0 }, parts }
}

/// What a judge would say.
pub fn detail(recommendations: &Recommendations, cell: Cell) -> Detail {
    let at = recommendations.scorecards.readings.cell(cell.subject, cell.period);
    let level = &recommendations.levels[cell.level];
    let outcome = level.outcome[at].unwrap_or(Outcome::None);
    let gate = |name: &'static str, verdict, figure: &str| Gate { name, verdict, figure: figure.into() };
    let gates = match outcome {
        Outcome::Sanction => vec![
            gate("minimum", Verdict::Pass, "112 records, at least 30 are needed"),
            gate("bound", Verdict::Pass, "upper bound 54.1 % is below the floor of 60 % in 3 of the last 4 months"),
            gate("multiplicity", Verdict::Pass, "adjusted p .0021 among 61 tests, at most .05"),
            gate("reliability", Verdict::Waived, "reliability .86, the policy asks for .8 instead of .9"),
            gate("communicated", Verdict::Unknown, "nothing records that the standard was communicated"),
        ],
        Outcome::None => Vec::new(),
        _ => vec![gate("minimum", Verdict::Pass, "112 records, at least 30 are needed")],
    };
    let rule = level.rule[at].map(usize::from);
    let score = recommendations.scorecards.levels[cell.level].score[at];
    let compared = because("score < 80", Value::YesNo(true), vec![because("score", Value::Number(score), Vec::new())]);
    let tried = rule.map(|rule| Tried { rule, missing: false, gates, passed: true, because: Some(compared) });
    let evidence = |favourable, sentence: &str| Evidence { standard: 0, favourable, sentence: sentence.into() };
    Detail {
        outcome,
        rule,
        summary: match outcome {
            Outcome::Sanction => "a person should review this for a sanction: calls waited".into(),
            Outcome::Develop => "help is offered with answering promptly".into(),
            other => format!("{}: by the figures", other.word()),
        },
        tried: tried.into_iter().collect(),
        evidence: vec![
            evidence(true, "You leave satisfied: 84.0 % of 61 answers, target 80 %"),
            evidence(false, "We answer within 20 seconds: 51.0 % of 112 calls, floor 60 %"),
        ],
        notes: vec!["would be sanction, not proven because nothing records that support was offered".into()],
        counterfactual: Some("14 more kept promises of 112 would end this".into()),
        step: (outcome == Outcome::Sanction).then(|| "informal".into()),
        develop: if outcome == Outcome::Develop {
            vec![(
                0,
                Develop {
                    skill: Some("call control".into()),
                    action: Some("side-by-side coaching".into()),
                    within: Some("30 days".into()),
                    within_days: Some(30),
                    resource: None,
                },
            )]
        } else {
            Vec::new()
        },
    }
}
