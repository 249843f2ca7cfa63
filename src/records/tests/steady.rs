use super::plan::{field, plan, source};
use crate::language::Type;
use crate::records::Steady;

#[test]
fn a_file_that_is_written_to_or_exchanged_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    for name in ["a.csv", "b.csv", "c.csv"] {
        std::fs::write(path(name), "id,state\n1,open\n").unwrap();
    }
    let plan = plan(dir.path(), vec![source(dir.path(), "s", "*.csv", vec![field("state", Type::Text)])]);
    let steady = Steady::of(&plan);
    steady.check().unwrap();
    std::fs::remove_file(path("c.csv")).unwrap();
    steady.check().unwrap();
    std::fs::write(path("a.csv"), "id,state\n1,open\n2,shut\n").unwrap();
    // Of the same length and with the same time: another file in its place.
    std::fs::write(path("new"), "id,state\n1,shut\n").unwrap();
    let time = std::fs::metadata(path("b.csv")).unwrap().modified().unwrap();
    std::fs::File::options().write(true).open(path("new")).unwrap().set_modified(time).unwrap();
    std::fs::rename(path("new"), path("b.csv")).unwrap();
    let told: Vec<String> = steady.check().unwrap_err().iter().map(|d| d.message.to_string()).collect();
    let all = ["`a.csv` changed while it was read", "`b.csv` changed while it was read"];
    assert_eq!(told, all[..if cfg!(unix) { 2 } else { 1 }]);
}
