//! What can go wrong with the impact audit (EH046x).

use crate::diagnostic::Code;

pub static NO_PROTECTED: Code = Code {
    id: "EH0461",
    title: "the workspace names no file of protected attributes",
    explanation: "\
`evenhand impact` compares the outcomes of groups that the law protects. It reads who belongs to which group from a file of
its own, which nothing else reads: one row a person, a column `person`, and a column for each attribute.

wrong:  people: { file: data/people.csv }           # with a column gender
right:  protected: { file: hr-only/protected.csv }  # person,gender,age_band",
};

pub static NO_PERSONS: Code = Code {
    id: "EH0462",
    title: "the workspace assesses no persons",
    explanation: "\
Adverse impact is about people. The workspace's `levels:` don't hold `person`, so there is nobody to compare.

wrong:  levels: [department, organisation]
right:  levels: [person, department, organisation]",
};

pub static ALL: &[&Code] = &[&NO_PROTECTED, &NO_PERSONS];
