//! What a script may use up. Every limit of rhai is set: its defaults differ between debug and release.

use rhai::Engine;

/// Steps of one call of an interpreted function.
pub(super) const OPERATIONS: u64 = 250_000;
/// Functions inside functions.
pub(super) const CALLS: usize = 64;
/// Bytes of a text.
pub(super) const TEXT: usize = 65_536;
/// Names of `let` at one time.
pub(super) const NAMES: usize = 1_000;
/// Items of a list.
pub(super) const LIST: usize = 4_096;
/// Levels of nesting of one expression, as rhai counts them while it parses.
const EXPRESSION_DEPTH: usize = 64;
/// Levels of our tree; long chains of `+` are levels too.
pub(super) const TREE_DEPTH: usize = 400;
/// Parts that a compiled expression may grow to by taking functions in; larger ones run in the interpreter.
pub(super) const PARTS: usize = 20_000;
/// Stack of the thread that interprets: deep recursion must end in a message.
pub(super) const STACK: usize = 256 << 20;

/// Sets every limit on an engine.
pub(super) fn apply(engine: &mut Engine) {
    engine.set_max_operations(OPERATIONS);
    engine.set_max_call_levels(CALLS);
    engine.set_max_string_size(TEXT);
    engine.set_max_array_size(LIST);
    engine.set_max_map_size(LIST);
    engine.set_max_variables(NAMES);
    engine.set_max_functions(10_000);
    engine.set_max_modules(0);
    engine.set_max_strings_interned(1_024);
    engine.set_max_expr_depths(EXPRESSION_DEPTH, EXPRESSION_DEPTH);
}
