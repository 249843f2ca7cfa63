//! Choices, and what becomes of names where a condition is missing.

use super::*;

impl Printer<'_> {
    /// Names that are set to missing because it is unknown whether they would change.
    pub(super) fn unknown(&mut self, names: &[String]) {
        for name in names {
            if self.locals.contains(name) {
                let _ = write!(self.out, "v_{name} = (); ");
            }
        }
    }

    /// What happens where a condition is missing.
    pub(super) fn lost(&mut self, branches: &[&Tree]) {
        let names: Vec<String> = branches.iter().flat_map(|b| b.assigned()).collect();
        self.unknown(&names);
        if branches.iter().any(|b| b.returns()) {
            self.put("return (); ");
        } else if branches.iter().any(|b| jumps(b)) {
            let names = self.loops.last().cloned().unwrap_or_default();
            self.unknown(&names);
            self.put("break; ");
        }
        self.put("() ");
    }

    pub(super) fn choice(&mut self, condition: &Tree, then: &Tree, otherwise: Option<&Tree>) {
        let test = self.temporary();
        let _ = write!(self.out, "{{ let {test} = ");
        self.expr(condition);
        let _ = write!(self.out, "; if is_gone({test}) {{ ");
        let branches: Vec<&Tree> = std::iter::once(then).chain(otherwise).collect();
        self.lost(&branches);
        let _ = write!(self.out, "}} else if {test} ");
        self.block(then);
        if let Some(otherwise) = otherwise {
            self.put(" else ");
            self.braced(otherwise);
        }
        self.put(" }");
    }

    pub(super) fn braced(&mut self, tree: &Tree) {
        match tree.kind {
            Kind::Block(_) => self.block(tree),
            _ => {
                self.put("{ ");
                self.statements(std::slice::from_ref(tree));
                self.put("}");
            }
        }
    }

    pub(super) fn switch(&mut self, on: &Tree, arms: &[Arm], at: Extent) {
        let subject = self.temporary();
        let _ = write!(self.out, "{{ let {subject} = ");
        self.expr(on);
        self.put("; ");
        let bodies: Vec<&Tree> = arms.iter().map(|a| &a.body).collect();
        let mut open = 0;
        if arms.iter().all(|a| a.labels.is_empty()) {
            let _ = write!(self.out, "if is_gone({subject}) {{ ");
            self.lost(&bodies);
            self.put("} else { ");
            open += 1;
        }
        for arm in arms {
            if arm.labels.is_empty() {
                self.braced(&arm.body);
                self.put(" ");
                break;
            }
            let test = self.temporary();
            let _ = write!(self.out, "let {test} = ");
            self.label_test(&subject, arm, at);
            let _ = write!(self.out, "; if is_gone({test}) {{ ");
            self.lost(&bodies);
            let _ = write!(self.out, "}} else if {test} ");
            self.braced(&arm.body);
            self.put(" else { ");
            open += 1;
        }
        (0..open).for_each(|_| self.put("} "));
        self.put("}");
    }

    pub(super) fn label_test(&mut self, subject: &str, arm: &Arm, at: Extent) {
        if let Some(condition) = &arm.condition {
            let found = self.temporary();
            let _ = write!(self.out, "{{ let {found} = ");
            self.labels(subject, &arm.labels, at);
            let _ = write!(self.out, "; if is_no({found}) {{ false }} else {{ both({found}, ");
            self.expr(condition);
            self.put(") } }");
        } else {
            self.labels(subject, &arm.labels, at);
        }
    }

    pub(super) fn labels(&mut self, subject: &str, labels: &[Tree], at: Extent) {
        (1..labels.len()).for_each(|_| self.put("either("));
        for (i, label) in labels.iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            match &label.kind {
                Kind::Range { from, to, inclusive } => self.within(subject, from, to, *inclusive, at),
                _ => {
                    self.mark(label.at);
                    let _ = write!(self.out, "equal({subject}, ");
                    self.expr(label);
                    self.put(")");
                }
            }
            if i > 0 {
                self.put(")");
            }
        }
    }
}
