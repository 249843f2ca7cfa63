//! The hospital value-based purchasing programme: every published point, domain score and total, from one run.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use crate::harness::{Case, shared_data};

const CLINICAL: [(&str, &str); 6] = [
    ("ami", "MORT-30-AMI"),
    ("hf", "MORT-30-HF"),
    ("pn", "MORT-30-PN"),
    ("copd", "MORT-30-COPD"),
    ("cabg", "MORT-30-CABG"),
    ("hip_knee", "COMP-HIP-KNEE"),
];
const SAFETY: [(&str, &str); 6] = [
    ("hai_1", "HAI-1"),
    ("hai_2", "HAI-2"),
    ("hai_3", "HAI-3"),
    ("hai_4", "HAI-4"),
    ("hai_5", "HAI-5"),
    ("hai_6", "HAI-6"),
];
const DIMENSIONS: [(&str, &str); 8] = [
    ("nurses", "Communication With Nurses"),
    ("doctors", "Communication With Doctors"),
    ("staff", "Responsiveness Of Hospital Staff"),
    ("transition", "Care Transition"),
    ("medicines", "Communication About Medicines"),
    ("environment", "Cleanliness And Quietness Of Hospital Environment"),
    ("discharge", "Discharge Information"),
    ("overall", "Overall Rating Of Hospital"),
];

type Rows = Vec<BTreeMap<String, String>>;

fn published(path: &Path) -> Rows {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|r| r.unwrap()).collect()
}

/// Points `6 out of 10` → 6; `Not Available` → none.
fn figure(cell: &str) -> Option<f64> {
    if cell == "Not Available" { None } else { Some(cell.split(" out of ").next().unwrap().parse().unwrap()) }
}

#[test]
fn every_published_hospital_score_is_reproduced() {
    let Some(data) = shared_data("hvbp_fy2024") else { return };
    let case = Case::of("tests/workspaces/hvbp");
    let file = |name: &str| data.join(format!("hvbp_{name}.csv.gz"));
    let names = ["clinical_outcomes", "efficiency_and_cost_reduction", "person_and_community_engagement", "safety"];
    for name in names {
        case.bring(&file(name), &format!("data/hvbp_{name}.csv.gz"));
    }
    case.run(&["run", ".", "--no-report", "--details", "none"]).ok();
    let mut points: BTreeMap<(String, String), Option<f64>> = BTreeMap::new();
    for row in case.table("out/scores.csv") {
        points.insert((row["subject"].clone(), row["standard"].clone()), row["points"].parse().ok());
    }
    let mut compared = 0;
    let mut differ = Vec::new();
    let mut compare = |hospital: &str, name: &str, cell: &str, tolerance: f64| {
        compared += 1;
        let ours = points.get(&(hospital.to_string(), name.to_string())).copied().flatten();
        let same = match (ours, figure(cell)) {
            (None, None) => true,
            (Some(a), Some(b)) => (a - b).abs() <= tolerance,
            _ => false,
        };
        if !same {
            differ.push(format!("{hospital} {name}: published {cell}, here {ours:?}"));
        }
    };
    for (file_name, list, last) in [
        (names[0], CLINICAL.as_slice(), "Measure Score"),
        (names[3], SAFETY.as_slice(), "Measure Score"),
        (names[2], DIMENSIONS.as_slice(), "Dimension Score"),
        (names[1], [("spending", "MSPB-1")].as_slice(), "Measure Score"),
    ] {
        for row in published(&file(file_name)) {
            let hospital = &row["Facility ID"];
            for (id, title) in list {
                compare(hospital, &format!("{id}_achievement"), &row[&format!("{title} Achievement Points")], 0.0);
                compare(hospital, &format!("{id}_improvement"), &row[&format!("{title} Improvement Points")], 0.0);
                compare(hospital, &format!("{id}_score"), &row[&format!("{title} {last}")], 0.0);
            }
            if file_name == names[2] {
                compare(hospital, "base", &row["Hcahps Base Score"], 0.0);
                compare(hospital, "consistency", &row["Hcahps Consistency Score"], 0.0);
            }
        }
    }
    for row in published(&file("tps")) {
        let hospital = &row["Facility ID"];
        for (name, title) in [
            ("clinical", "Unweighted Normalized Clinical Outcomes Domain Score"),
            ("weighted_clinical", "Weighted Normalized Clinical Outcomes Domain Score"),
            ("person", "Unweighted Person And Community Engagement Domain Score"),
            ("weighted_person", "Weighted Person And Community Engagement Domain Score"),
            ("safety", "Unweighted Normalized Safety Domain Score"),
            ("weighted_safety", "Weighted Safety Domain Score"),
            ("efficiency", "Unweighted Normalized Efficiency And Cost Reduction Domain Score"),
            ("weighted_efficiency", "Weighted Efficiency And Cost Reduction Domain Score"),
            ("total", "Total Performance Score"),
        ] {
            // Published to 12 decimals, half up; so is scores.csv.
            compare(hospital, name, &row[title], 1e-13);
        }
    }
    println!("{compared} published values compared, {} differences", differ.len());
    assert!(differ.is_empty(), "{} differences, such as {:#?}", differ.len(), &differ[..differ.len().min(20)]);
    assert_eq!(compared, 98_272);
}
