//! Loops, and closures as loops.

use super::*;

impl Printer<'_> {
    pub(super) fn push(&mut self, arguments: &[Tree], at: Extent) {
        let [Tree { kind: Kind::Name(path), .. }, item] = arguments else { return };
        let Some((name, _)) = path.first() else { return };
        self.mark(at);
        let _ = write!(self.out, "v_{name} = pushed(v_{name}, ");
        self.expr(item);
        self.put(")");
    }

    pub(super) fn repeat(&mut self, condition: Option<&Tree>, body: &Tree, at: Extent) {
        let assigned = body.assigned();
        self.mark(at);
        self.put("loop { ");
        if let Some(condition) = condition {
            let test = self.temporary();
            let _ = write!(self.out, "let {test} = ");
            self.expr(condition);
            let _ = write!(self.out, "; if is_gone({test}) {{ ");
            self.unknown(&assigned);
            if body.returns() {
                self.put("return (); ");
            }
            let _ = write!(self.out, "break; }} if is_no({test}) {{ break; }} ");
        }
        self.loops.push(assigned);
        self.block(body);
        self.loops.pop();
        self.put(" }");
    }

    pub(super) fn each(&mut self, name: &str, counter: Option<&str>, over: &Tree, body: &Tree, at: Extent) {
        let assigned = body.assigned();
        let list = self.temporary();
        let _ = write!(self.out, "{{ let {list} = ");
        match &over.kind {
            Kind::Range { from, to, inclusive } => {
                self.mark(over.at);
                self.put(if *inclusive { "through(" } else { "upto(" });
                self.pair(from, to);
            }
            _ => self.expr(over),
        }
        let _ = write!(self.out, "; if is_gone({list}) {{ ");
        self.unknown(&assigned);
        self.put(if body.returns() { "return (); " } else { "() " });
        self.mark(at);
        let depth = self.locals.len();
        self.locals.push(name.to_string());
        match counter {
            None => {
                let _ = write!(self.out, "}} else {{ for v_{name} in {list} {{ ");
            }
            Some(counter) => {
                let _ = write!(
                    self.out,
                    "}} else {{ for (v_{name}, c_{counter}) in {list} {{ let v_{counter} = counted(c_{counter}); "
                );
                self.locals.push(counter.to_string());
            }
        }
        self.loops.push(assigned);
        self.body(body);
        self.loops.pop();
        self.locals.truncate(depth);
        self.put(" } } }");
    }

    /// A closure is the body of a loop over the list.
    pub(super) fn with_closure(&mut self, name: &str, arguments: &[Tree]) {
        let (Some(list), Some(Tree { kind: Kind::Closure { parameters, body }, at })) =
            (arguments.first(), arguments.get(1))
        else {
            return self.put("()");
        };
        let (items, found, made) = (self.temporary(), self.temporary(), self.temporary());
        let _ = write!(self.out, "{{ let {items} = ");
        self.expr(list);
        let _ = write!(self.out, "; let {found} = ");
        match name {
            "some" => self.put("false"),
            "all" => self.put("true"),
            "reduce" => match arguments.get(2) {
                Some(start) => self.expr(start),
                None => self.put("()"),
            },
            _ => self.put("[]"),
        }
        self.mark(*at);
        let item = parameters.last().cloned().unwrap_or_default();
        let _ = write!(self.out, "; if is_gone({items}) {{ {found} = (); }} else {{ for v_{item} in {items} {{ ");
        let depth = self.locals.len();
        self.locals.extend(parameters.iter().cloned());
        if let ("reduce", Some(total)) = (name, parameters.first()) {
            let _ = write!(self.out, "let v_{total} = {found}; ");
        }
        let _ = write!(self.out, "let {made} = ");
        self.expr(body);
        self.locals.truncate(depth);
        let _ = match name {
            "filter" => write!(
                self.out,
                "; if is_gone({made}) {{ {found} = (); break; }} if {made} {{ {found} = pushed({found}, v_{item}); }}"
            ),
            "map" => {
                write!(self.out, "; if is_gone({made}) {{ {found} = (); break; }} {found} = pushed({found}, {made});")
            }
            "some" => write!(self.out, "; {found} = either({found}, {made});"),
            "all" => write!(self.out, "; {found} = both({found}, {made});"),
            _ => write!(self.out, "; {found} = {made};"),
        };
        let _ = write!(self.out, " }} }} {found} }}");
    }
}
