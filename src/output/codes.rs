//! What can go wrong while result files are written (EH085x; templates have EH080x).

use crate::diagnostic::Code;

pub static FOREIGN_FOLDER: Code = Code {
    id: "EH0850",
    title: "the output folder holds files that are not results",
    explanation: "\
A run replaces its whole output folder, so that letters of the last run don't linger.
It only does so with a folder that is empty, absent, or holds the results of an earlier run
(it has a `run.json`). Anything else might be your own work, and is left alone.

wrong:  evenhand run . --out ~/Documents
right:  evenhand run . --out ~/Documents/evenhand-results",
};

pub static BUSY_FOLDER: Code = Code {
    id: "EH0851",
    title: "another run is writing to the output folder",
    explanation: "\
Two runs may not write to one folder at the same time. The second one waits for the first;
with `--no-wait` it stops at once and says so.

wrong:  two scheduled runs at the same minute with the same `--out` and `--no-wait`
right:  leave `--no-wait` out, or give each run an `--out` of its own",
};

pub static CANNOT_WRITE: Code = Code {
    id: "EH0852",
    title: "a result file could not be written",
    explanation: "\
The disk may be full, the folder may be read-only, or a file in it may be open in another program
(a spreadsheet on Windows holds its file). The results of the last run are still whole: a run writes
beside them and changes over at the end.

wrong:  --out on a full or read-only disk
right:  close open files, free space, or choose another folder with `--out`",
};

pub static NOT_A_FOLDER: Code = Code {
    id: "EH0853",
    title: "the output is not a folder",
    explanation: "\
`--out` names a folder that receives several files.

wrong:  evenhand run . --out results.csv
right:  evenhand run . --out results",
};

pub static ALL: &[&Code] = &[&FOREIGN_FOLDER, &BUSY_FOLDER, &CANNOT_WRITE, &NOT_A_FOLDER];
