//! What can go wrong with templates, `because` texts (EH080x; EH0808 stands with the words).

use crate::diagnostic::Code;

pub static TEMPLATE_SYNTAX: Code = Code {
    id: "EH0801",
    title: "a template or `because` text can't be read",
    explanation: "\
Templates and `because` texts stand between double braces: `{{ name }}` puts a value in, `{% if … %}` …
`{% endif %}` chooses. Every opened brace and block must be closed.

wrong:  because: \"{{ subject.name kept the promise\"
right:  because: \"{{ subject.name }} kept the promise\"",
};

pub static TEMPLATE_NAME: Code = Code {
    id: "EH0802",
    title: "a template or `because` text uses an unknown name",
    explanation: "\
A text can only use names that exist: `subject.name`, `subject.id`, `period`, `as_of`, `score`, and each standard
with its figures (`answer_promptly.value`, `.n`, `.lower`, `.upper`, `.target` …). In a template, names also come
from the page or letter that is being made. A misspelt name would leave a hole in a letter, so it is an error.

wrong:  because: \"{{ subject.nmae }} answered {{ answer_prompt.value | percent }} in time\"
right:  because: \"{{ subject.name }} answered {{ answer_promptly.value | percent }} in time\"",
};

pub static TEMPLATE_UNKNOWN: Code = Code {
    id: "EH0803",
    title: "there is no such template",
    explanation: "\
`reports:` and `{% include %}` name a shipped template, or a file of that name beside the workspace or in its
`templates` folder. Names with `../` or from the root of the disk are refused.

wrong:  reports: [{ template: ../letters/bonus.html }]
right:  reports: [{ template: bonus.html }]     # with the file in the folder `templates`",
};

pub static TEMPLATE_FAILED: Code = Code {
    id: "EH0804",
    title: "a template could not be filled in",
    explanation: "\
The template is well written, but something in it can't be done with the values at hand: a text where a number is
needed, a filter that doesn't exist, a loop without an end. The message names the template's line and never shows a
person's data.

wrong:  {{ card.name | percent }}
right:  {{ card.name }}",
};

pub static VALUE_MISSING: Code = Code {
    id: "EH0805",
    title: "a text needs a value that is missing",
    explanation: "\
Missing is never printed as 0 or as `none`. Where a value may be missing, ask first, or give words to print instead.

wrong:  {{ satisfied.value | percent }}          # nobody answered the survey
right:  {% if satisfied.value is not none %}{{ satisfied.value | percent }}{% else %}not measured{% endif %}
also:   {{ satisfied.value | percent(missing=\"not measured\") }}",
};

pub static TEMPLATE_UNREADABLE: Code = Code {
    id: "EH0806",
    title: "a template file can't be read",
    explanation: "\
A template is a UTF-8 text file of at most 4 MB in the workspace's folder or in its `templates` folder.

wrong:  letter.html saved by a word processor in an encoding of its own
right:  letter.html saved as UTF-8 text",
};

pub static TEMPLATE_OUTSIDE: Code = Code {
    id: "EH0807",
    title: "a template is a link that leads out of the workspace",
    explanation: "\
A workspace is passed on as a whole, and its results must follow from what is in it. A link to a file elsewhere is
refused, because it would be another file (or none) on another machine.

wrong:  templates/letter.html -> /home/me/letter.html
right:  templates/letter.html as a file of its own",
};

pub static REPORT_TOO_LARGE: Code = Code {
    id: "EH0809",
    title: "the report page shows fewer people than usual",
    explanation: "\
`report.html` stays under 5 MB, so that it can be sent by e-mail and opened on a telephone. With many standards and
people it shows fewer of them per outcome; all stand in recommendations.csv, .xlsx and .jsonl.

wrong:  reading report.html as the full list of a large organisation
right:  recommendations.xlsx, filtered by outcome",
};

pub static ALL: &[&Code] = &[
    &TEMPLATE_SYNTAX,
    &TEMPLATE_NAME,
    &TEMPLATE_UNKNOWN,
    &TEMPLATE_FAILED,
    &VALUE_MISSING,
    &TEMPLATE_UNREADABLE,
    &TEMPLATE_OUTSIDE,
    &REPORT_TOO_LARGE,
];
