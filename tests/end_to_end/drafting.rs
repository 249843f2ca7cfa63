//! `init --from`: exports as ugly as real ones become a workspace that `check` accepts and `run` turns into a report.

use crate::harness::{Case, Ran};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// The same sequence on every machine (Steele, Lea and Flood's SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// init, check, run, and a report: what HR does without typing YAML.
fn whole_way(case: &Case, export: &str) -> Ran {
    let told = case.run(&["init", "--from", export, "ws"]).ok();
    case.run(&["check", "ws"]).ok();
    case.run(&["run", "ws"]).ok();
    assert!(case.read("ws/out/report.html").contains("<html"));
    let counted = ["rows_in", "used", "quarantined"].map(|what| rows_of(case, what));
    println!("{export}: {} rows in, {} used, {} quarantined", counted[0], counted[1], counted[2]);
    println!("{}", told.out);
    told
}

fn rows_of(case: &Case, what: &str) -> u64 {
    let run = case.json("ws/out/run.json");
    let sources = &run["rows"]["sources"];
    let list = sources.as_array().cloned().or_else(|| Some(sources.as_object()?.values().cloned().collect()));
    list.unwrap().iter().map(|s| s[what].as_u64().unwrap()).sum()
}

/// The people (or other subjects) that were assessed.
fn subjects(case: &Case, level: &str) -> usize {
    case.table("ws/out/recommendations.csv").iter().filter(|r| r["level"] == level).count()
}

/// `;`, decimal comma, Windows-1252, German titles; title rows, a blank line, a total, one title twice, day.month.year.
fn helpdesk() -> Vec<u8> {
    let mut dice = Dice(7);
    let mut text = String::from(
        "Auswertung Helpdesk;;;;;;;;;\r\nErstellt am;01.04.2026;;;;;;;;\r\n;;;;;;;;;\r\n\
Vorgangsnummer;Erstellt am;Sachbearbeiter/in;Abteilung;Wartezeit (Min.);Im Erstkontakt gelöst;Zufriedenheit (1-5);Betrag;Bemerkung;Bemerkung\r\n",
    );
    for i in 0..900u64 {
        let who = dice.below(6);
        let name = ["Jörg Müller", "Änne Groß", "Paul Weiß", "Ida Schön", "Özlem Kurt", "Max Größer"][who as usize];
        let wait = dice.below(900) as f64 / 10.0 + who as f64;
        let wait = if i % 97 == 0 { "1.204,5".to_owned() } else { format!("{wait:.1}").replace('.', ",") };
        let solved = if dice.below(100) < 60 + who * 5 { "Ja" } else { "Nein" };
        let rating = match dice.below(10) {
            0..=3 => "k.A.".to_owned(),
            _ => (1 + (dice.below(5) + dice.below(2)).min(4)).to_string(),
        };
        text += &format!(
            "V-{:05};{:02}.{:02}.2026 {:02}:{:02};{name};{};{wait};{solved};{rating};{},00;;{}\r\n",
            i + 1,
            i % 28 + 1,
            i % 3 + 1,
            8 + dice.below(9),
            dice.below(60),
            if who < 3 { "Kundenservice" } else { "Technik" },
            dice.below(500),
            if i % 50 == 0 { "\"Rückruf; dringend\"" } else { "" },
        );
        if i == 400 {
            text += ";;;;;;;;;\r\n\r\n";
        }
    }
    text += ";;;;;;;;;\r\nSumme;;;;45.210,5;;;224.500,00;;\r\n";
    encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()
}

#[test]
fn a_german_helpdesk_export_becomes_a_report() {
    let case = Case::new();
    case.write("Export März.csv", helpdesk());
    let told = whole_way(&case, "Export März.csv");
    told.says(&[
        "900 records",
        "line 4",
        "windows-1252",
        "decimal comma",
        "`Sachbearbeiter/in` (6 different)",
        "`Erstellt am`",
    ]);
    told.says(&[
        "`Im Erstkontakt gelöst`: share of yes",
        "`Zufriedenheit (1-5)`: share of answers of 4 or more",
        "less is better",
        "The last row is not a record",
    ]);
    told.says(&["`Bemerkung (1)`", "`Betrag` (whether more or less of it is better"]);
    assert_eq!((rows_of(&case, "used"), rows_of(&case, "quarantined")), (900, 0));
    assert_eq!((subjects(&case, "person"), subjects(&case, "department")), (6, 2));
    let yaml = case.read("ws/evenhand.yaml");
    assert!(!yaml.contains("recommend: sanction"), "{yaml}");
    assert_eq!(
        std::fs::read(case.path().join("ws/data/Export März.csv")).unwrap(),
        helpdesk(),
        "the copy is the export"
    );
    let again = case.run(&["init", "--from", "Export März.csv", "ws"]);
    assert_eq!(again.code, 2);
    again.says(&["EH0902", "exists already"]);
    assert_eq!(case.read("ws/evenhand.yaml"), yaml, "nothing was overwritten");
}

/// A telephony workbook: a cover sheet, title rows, a date and a time under one merged title, typed dates and lengths,
/// numbers of agents beside their names, a total.
fn telephony(path: &std::path::Path) {
    let mut dice = Dice(11);
    let mut book = Workbook::new();
    let cover = book.add_worksheet();
    cover.set_name("Cover").unwrap();
    cover.write(0, 0, "Call centre statistics").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Calls Q1").unwrap();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let clock = Format::new().set_num_format("hh:mm:ss");
    let merged = Format::new();
    sheet.merge_range(0, 0, 0, 7, "Calls, first quarter", &merged).unwrap();
    sheet.write(1, 0, "Exported").unwrap();
    sheet.write_with_format(1, 1, ExcelDateTime::from_ymd(2026, 4, 1).unwrap(), &day).unwrap();
    sheet.merge_range(3, 1, 3, 2, "Call date/time", &merged).unwrap();
    for (column, title) in [
        (0, "Call ID"),
        (3, "Agent ID"),
        (4, "Agent name"),
        (5, "Queue"),
        (6, "Wait time"),
        (7, "Handled"),
        (8, "Transferred"),
    ] {
        sheet.write(3, column, title).unwrap();
    }
    let mut row = 4;
    for i in 0..1200u64 {
        let who = dice.below(8);
        sheet.write(row, 0, 100_000 + i as u32).unwrap();
        let date = ExcelDateTime::from_ymd(2026, (i % 3 + 1) as u8, (i % 28 + 1) as u8).unwrap();
        sheet.write_with_format(row, 1, &date, &day).unwrap();
        let time = ExcelDateTime::from_hms(8 + dice.below(9) as u16, dice.below(60) as u8, 0.0).unwrap();
        sheet.write_with_format(row, 2, &time, &clock).unwrap();
        sheet.write(row, 3, 4000 + who as u32).unwrap();
        sheet
            .write(
                row,
                4,
                [
                    "Ama Mensah",
                    "Kofi Boateng",
                    "Esi Owusu",
                    "Yaw Asante",
                    "Abena Addo",
                    "Kwame Osei",
                    "Akua Badu",
                    "Kojo Antwi",
                ][who as usize],
            )
            .unwrap();
        sheet.write(row, 5, ["Cards", "Loans"][(who % 2) as usize]).unwrap();
        let wait = ExcelDateTime::from_hms(0, dice.below(3) as u8, dice.below(60) as f64).unwrap();
        sheet.write_with_format(row, 6, &wait, &clock).unwrap();
        sheet.write(row, 7, "x").unwrap();
        sheet.write(row, 8, dice.below(10) < 2).unwrap();
        row += if i == 500 { 3 } else { 1 };
    }
    sheet.write(row + 1, 0, "Total calls").unwrap();
    sheet.write(row + 1, 6, 1200).unwrap();
    book.save(path).unwrap();
}

#[test]
fn a_telephony_workbook_becomes_a_report() {
    let case = Case::new();
    telephony(&case.path().join("calls.xlsx"));
    let told = whole_way(&case, "calls.xlsx");
    told.says(&[
        "sheet `Calls Q1`",
        "1,200 records",
        "`Agent ID` (8 different, their names from `Agent name`)",
        "`Call date/time`",
        "`Wait time`: mean in seconds, less is better",
    ]);
    told.says(&["`Transferred`: share of yes, less is better", "the team"]);
    assert_eq!((rows_of(&case, "used"), rows_of(&case, "quarantined")), (1200, 0));
    assert_eq!((subjects(&case, "person"), subjects(&case, "team")), (8, 2));
    assert!(case.read("ws/data/names.csv").contains("\"4000\",\"Ama Mensah\""));
}

/// A survey from a web form: month first with AM and PM, titles that are whole questions, 0 to 10, yes and no in
/// French, a thousand answers that never mention who served them, and one mistyped year.
fn survey() -> String {
    let mut dice = Dice(13);
    let mut text = String::from(
        "\u{feff}Response ID,Submitted at,Which branch did you visit?,\"How satisfied were you\nwith the service?\",\"How likely are you to recommend us to a friend, from 0 to 10?\",Avez-vous été satisfait ?,Comments,Comments\n",
    );
    for i in 0..1000u64 {
        let year = if i == 998 { 2062 } else { 2026 };
        text += &format!(
            "R{i},{:02}/{:02}/{year} {}:{:02} {},{},{},{},{},\"good, \"\"really\"\"\",\n",
            i / 340 + 1,
            i % 28 + 1,
            1 + dice.below(12),
            dice.below(60),
            ["AM", "PM"][dice.below(2) as usize],
            ["Accra Central", "Kumasi", "Tamale"][dice.below(3) as usize],
            if dice.below(8) == 0 { String::new() } else { (1 + dice.below(5)).to_string() },
            if dice.below(6) == 0 { "N/A".to_owned() } else { (3 + dice.below(8)).to_string() },
            ["Oui", "Non", "oui"][dice.below(3) as usize],
        );
    }
    text + "\nExported from the survey tool; do not distribute\n"
}

#[test]
fn a_survey_export_becomes_a_report() {
    let case = Case::new();
    case.write("customer survey.csv", survey());
    let told = whole_way(&case, "customer survey.csv");
    told.says(&[
        "net promoter score",
        "share of answers of 4 or more",
        "month, day, year",
        "none was found: no one is judged",
        "look mistyped",
        "the unit",
    ]);
    assert!(case.read("ws/evenhand.yaml").contains("kind: customer_response"));
    assert!(case.read("ws/evenhand.yaml").contains("as_of: 2026-03-28"));
    assert_eq!(rows_of(&case, "quarantined"), 0);
    assert_eq!((subjects(&case, "unit"), subjects(&case, "organisation")), (3, 1));
}

#[test]
fn a_ticket_system_with_dates_alone_is_measured_by_them() {
    let mut dice = Dice(17);
    let mut text = String::from("Key\tAssignee\tCreated\tResolved\tDue date\tPriority\tReopen count\n");
    for i in 0..400u64 {
        let (day, hour) = (i % 28 + 1, 8 + dice.below(8));
        let month = i % 2 + 1;
        let resolved = if dice.below(20) == 0 {
            String::new()
        } else {
            format!("2026-{month:02}-{:02}T{:02}:30:00", day, hour + 1 + dice.below(6))
        };
        text += &format!(
            "HD-{i}\t{}\t2026-{month:02}-{day:02}T{hour:02}:15:00\t{resolved}\t2026-{month:02}-{day:02}T17:00:00\t{}\t{}\n",
            ["ama", "kofi", "esi"][dice.below(3) as usize],
            ["P1", "P2"][dice.below(2) as usize],
            dice.below(3)
        );
    }
    let case = Case::new();
    case.write("jira.tsv", text);
    let told = whole_way(&case, "jira.tsv");
    told.says(&[
        "`Created → Resolved`: mean hours between the two",
        "share of rows where `Resolved` is not after `Due date`",
        "`Reopen count`: mean, less is better",
    ]);
    assert_eq!((rows_of(&case, "used"), subjects(&case, "person")), (400, 3));
    let yaml = case.read("ws/evenhand.yaml");
    assert!(yaml.contains("hours_between(created, resolved)"), "{yaml}");
}

#[test]
fn what_can_not_be_told_is_asked_with_the_line_to_change() {
    let mut text = String::from("Agent;Datum;Note;Dauer\n");
    for i in 0..120 {
        text += &format!(
            "{};{:02}/{:02}/2026;{};{:02}:{:02}\n",
            ["Ida", "Max"][i % 2],
            (i * 7) % 12 + 1,
            (i * 5) % 12 + 1,
            i % 5 + 1,
            i % 9,
            (i * 7) % 60
        );
    }
    let case = Case::new();
    case.write("anrufe.csv", text);
    let told = whole_way(&case, "anrufe.csv");
    told.says(&["is written day first or month first", "hether a high `Note` is a good one", "is minutes and seconds"]);
    let yaml = case.read("ws/evenhand.yaml");
    let lines: Vec<&str> = yaml.lines().collect();
    for (sign, words) in [
        ("dates:", "day first or month first"),
        ("share: note", "whether a high"),
        ("mean: dauer", "minutes and seconds"),
    ] {
        let at = told.out.to_lowercase().find(words).unwrap();
        let rest = &told.out[at..];
        let number: usize =
            rest.split("evenhand.yaml, line ").nth(1).unwrap().split(':').next().unwrap().parse().unwrap();
        assert!(lines[number - 1].contains(sign), "line {number} is `{}`", lines[number - 1]);
    }
}

#[test]
fn what_is_no_export_is_said_plainly() {
    let case = Case::new();
    case.write("pivot.csv", "1,2,3\n4,5,6\n").write("few.csv", "Agent,Date,Rating\nAma,2026-03-01,5\n");
    case.write("empty.csv", "").write("old.xls", "x").write("names.csv", {
        (0..40).fold("Ticket,Agent,Subject\n".to_owned(), |t, i| format!("{t}T-{i},A{},Subject {i}\n", i % 3))
    });
    for (export, code) in [
        ("pivot.csv", "EH1001"),
        ("few.csv", "EH1003"),
        ("names.csv", "EH1002"),
        ("empty.csv", "EH0506"),
        ("old.xls", "EH0504"),
        ("none.csv", "EH0501"),
        (".", "EH0502"),
    ] {
        let ran = case.run(&["init", "--from", export, "ws"]);
        assert_eq!(ran.code, 2, "{export}");
        ran.says(&[code]);
        println!("{}", ran.err);
        assert!(!case.path().join("ws").exists(), "{export}: nothing is written");
    }
}

#[test]
fn an_export_inside_the_workspace_is_read_where_it_lies() {
    let case = Case::new();
    case.write("ws/in/calls.csv", helpdesk());
    case.run(&["init", "--from", "ws/in/calls.csv", "ws"]).ok();
    assert!(case.read("ws/evenhand.yaml").contains("files: \"in/calls.csv\""));
    assert!(!case.path().join("ws/data").exists());
    case.run(&["check", "ws", "--data"]).ok();
}

#[cfg(unix)]
#[test]
fn a_link_is_copied_not_followed_later() {
    let outside = Case::new();
    outside.write("calls.csv", helpdesk());
    let case = Case::new();
    std::fs::create_dir(case.path().join("ws")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("calls.csv"), case.path().join("ws/link.csv")).unwrap();
    case.run(&["init", "--from", "ws/link.csv", "ws"]).ok();
    assert!(case.read("ws/evenhand.yaml").contains("files: \"data/link.csv\""));
    assert!(case.path().join("ws/data/link.csv").symlink_metadata().unwrap().is_file());
    case.run(&["run", "ws"]).ok();
}

/// Rows of a table by their number, as lines.
fn lines(titles: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
    (0..rows).fold(format!("{titles}\n"), |text, i| text + &row(i) + "\n")
}

#[test]
fn every_sheet_with_the_same_titles_is_read_and_the_others_are_named() {
    let case = Case::new();
    let path = case.path().join("months.xlsx");
    let mut book = Workbook::new();
    for (month, (name, rows)) in [("January", 40), ("February", 60), ("March", 50)].into_iter().enumerate() {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (column, title) in ["Agent", "Date", "Solved"].into_iter().enumerate() {
            sheet.write(0, column as u16, title).unwrap();
        }
        for row in 1..=rows {
            sheet.write(row, 0, ["Ama", "Kofi"][row as usize % 2]).unwrap();
            sheet.write(row, 1, format!("2026-{:02}-{:02}", month + 1, row % 28 + 1)).unwrap();
            sheet.write(row, 2, ["Yes", "No"][row as usize % 3 % 2]).unwrap();
        }
    }
    book.add_worksheet().set_name("Summary").unwrap().write(0, 0, "Solved in all: 70 %").unwrap();
    book.save(&path).unwrap();
    whole_way(&case, "months.xlsx")
        .says(&["months.xlsx, sheets `January`, `February` and `March`: 150 records", "Not read: sheet `Summary`."]);
    assert_eq!(rows_of(&case, "used"), 150);
}

#[test]
fn an_elided_article_is_no_unit_of_time() {
    let case = Case::new();
    let text = lines("Numéro d'appel;Agent;Date de l'appel;Code d'agence;Durée d'attente", 60, |i| {
        format!("{};{};{:02}/01/2026;{};{}", 1000 + i, ["Élodie", "Marc"][i % 2], i % 28 + 1, 75001 + i % 3, i % 50)
    });
    case.write("appels.csv", text);
    let told = whole_way(&case, "appels.csv");
    told.says(&[
        "the row's number  `Numéro d'appel`",
        "measured          `Durée d'attente`",
        "`Code d'agence` (it numbers",
    ]);
    assert_eq!(told.out.matches("measured ").count(), 1, "{}", told.out);
}

#[test]
fn answers_in_words_are_measured_and_a_second_row_of_titles_is_left_out() {
    let case = Case::new();
    let titles = "Respondent ID,Start Date,End Date,Agent,How satisfied were you with the service?,How likely is it that you would recommend us?,Notes on the agent\n,,,Response,Response,Response,Open-Ended Response";
    let text = lines(titles, 120, |i| {
        let day = i % 28 + 1;
        let said = ["Very satisfied", "Satisfied", "Neither", "Dissatisfied"][i % 4];
        let likely = ["10 - Extremely likely", "9", "7", "0 - Not at all likely"][i / 2 % 4];
        format!(
            "{},2026-02-{day:02} 10:00,2026-02-{day:02} 10:04,{},{said},{likely},x",
            5000 + i,
            ["May", "Ann"][i % 3 % 2]
        )
    });
    case.write("survey.csv", text);
    let told = whole_way(&case, "survey.csv");
    told.says(&[
        "survey.csv: 120 records",
        "Line 2 says more about the titles",
        "`Agent` (2 different)",
        "share of answers `Satisfied` or `Very satisfied`",
        "net promoter score",
        "`Notes on the agent` (remarks in words of their own)",
    ]);
    assert!(!told.out.contains("the department"), "{}", told.out);
    assert!(!told.out.contains("→"), "the time that the form took is no service: {}", told.out);
    assert_eq!((rows_of(&case, "rows_in"), rows_of(&case, "used")), (121, 120));
    let scores = case.table("ws/out/scores.csv");
    let all = |method: &str| -> String {
        let row = scores.iter().find(|r| r["level"] == "organisation" && r["method"].starts_with(method));
        row.map(|r| r["value"].clone()).unwrap_or_default()
    };
    assert_eq!(all("share"), "0.5");
    // Two in four are promoters, one in four is a detractor.
    assert_eq!(all("nps"), "25");
}

#[test]
fn open_cases_and_rows_without_a_name_are_said() {
    let case = Case::new();
    let text = lines("Ticket,Assigned to,Opened,Closed", 90, |i| {
        let closed = if i % 3 == 0 { String::new() } else { format!("2026-01-{:02} 12:00", i % 28 + 1) };
        format!("T-{i},{},2026-01-{:02} 08:00,{closed}", ["Ama", "Kofi", ""][i / 2 % 3], i % 28 + 1)
    });
    case.write("tickets.csv", text);
    whole_way(&case, "tickets.csv").says(&[
        "30 of 90 rows have no `Closed`: they are still open",
        "`mean: hours_between(opened, closed ?? as_of)`",
        "30 of 90 rows have no `Assigned to`",
    ]);
    case.edit(
        "ws/evenhand.yaml",
        "mean: hours_between(opened, closed)",
        "mean: hours_between(opened, closed ?? as_of)",
    );
    case.run(&["check", "ws"]).ok();
}

#[test]
fn the_form_of_a_time_and_a_name_in_merged_cells_are_told_from_title_and_gaps() {
    let case = Case::new();
    let text = lines("Personalnr.;Bearbeiter;Datum;Wartezeit (h:mm);Dauer (mm:ss)", 60, |i| {
        let who = i % 3;
        format!(
            "{:05};{};{:02}.01.2026;{}:{:02};4:{:02}",
            17 + who,
            ["Jörg", "Änne", "Paul"][who],
            i % 28 + 1,
            i % 4,
            i,
            i
        )
    });
    case.write("zeiten.csv", text);
    let told = whole_way(&case, "zeiten.csv");
    told.says(&["`Personalnr.` (3 different, their names from `Bearbeiter`)", "its cells are hours and minutes"]);
    assert!(!told.out.contains("minutes and seconds"), "{}", told.out);
    assert!(case.read("ws/evenhand.yaml").contains("* 60"));
    let case = Case::new();
    let text = lines("Agent,Date,Wait (s)", 60, |i| {
        format!(
            "{},2026-01-{:02},{}",
            if i % 20 == 0 { ["Ama", "Kofi", "Esi"][i / 20] } else { "" },
            i % 28 + 1,
            i % 40
        )
    });
    case.write("pages.csv", text);
    whole_way(&case, "pages.csv").says(&["`Agent` is filled in only 3 of 60 rows; it looks as if cells were merged"]);
}
