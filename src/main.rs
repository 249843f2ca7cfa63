//! argv in, exit code out.

fn main() -> std::process::ExitCode {
    evenhand::cli::main(std::env::args_os())
}
