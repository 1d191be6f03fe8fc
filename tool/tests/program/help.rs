// SPDX-License-Identifier: GPL-2.0

//! What the help, the man pages and the completions say: of each command, with examples that work.

use std::{
    fs,
    process::{
        Command,
        Stdio, //
    }, //
};

use crate::common::*;

/// The names of the commands, as the help lists them.
fn commands() -> Vec<String> {
    let output = run(&["--help"]);
    let text = stdout(&output);
    let (_, list) = text.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let names: Vec<String> = list
        .lines()
        // Texts that go on are indented more.
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    assert!(names.len() > 3, "{names:?}");
    names
}

/// The lines of the block Examples in the help of a command, or of the program.
fn example_lines(command: Option<&str>) -> Vec<String> {
    let arguments: Vec<&str> = command.into_iter().chain(["--help"]).collect();
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{command:?}");
    let text = stdout(&output);
    let (_, rest) = text
        .split_once("\nExamples:\n")
        .unwrap_or_else(|| panic!("{command:?} has no examples"));
    rest.lines()
        .take_while(|line| line.starts_with("  "))
        .map(|line| line.trim().to_owned())
        .collect()
}

/// The examples: one may go on in the next line.
fn examples(command: Option<&str>) -> Vec<String> {
    let text = example_lines(command).join("\n").replace(" \\\n", " ");
    text.lines().map(str::to_owned).collect()
}

fn all_examples() -> Vec<String> {
    let commands = commands();
    let names = commands.iter().map(|name| Some(name.as_str()));
    names.chain([None]).flat_map(examples).collect()
}

#[test]
fn each_help_has_two_examples() {
    for command in commands() {
        let examples = examples(Some(&command));
        assert!(examples.len() >= 2, "{command}: {examples:?}");
        for example in examples {
            let words = format!("kthread-counter {command}");
            assert!(example.contains(&words), "{command}: {example}");
        }
    }
    assert!(examples(None).len() >= 2);
}

/// The options of a command that its help names.
fn takes(command: &str, option: &str) -> bool {
    let output = run(&[command, "--help"]);
    stdout(&output)
        .split_whitespace()
        .any(|word| word.trim_end_matches(',') == option)
}

/// What an example needs, as far as it can be had here: the commands that read the module's files read recorded ones.
fn adapted(example: &str) -> Option<String> {
    const NEEDS_MODULE: [&str; 8] = [
        "run", "load", "unload", "set", "start", "stop", "reset", "signal",
    ];
    let mut steps = Vec::new();
    for step in example.split("&&").map(str::trim) {
        let command = step.strip_prefix("kthread-counter ")?;
        let name = command.split_whitespace().next()?;
        // It goes on until it is stopped.
        if NEEDS_MODULE.contains(&name) || name == "top" && !step.contains("--batch") {
            return None;
        }
        // tests/fleet has a Prometheus, and tries these.
        if step.contains("--prometheus") {
            return None;
        }
        let from = if takes(name, "--from") && !step.contains("--from") {
            let (command, redirection) =
                step.split_at(step.find(['>', '|', '#']).unwrap_or(step.len()));
            format!("{command} --from {} {redirection}", recorded("causes_off"))
        } else {
            step.to_owned()
        };
        steps.push(from);
    }
    Some(steps.join(" && "))
}

/// What an example is run in: the program, and files that have the names that it uses.
fn put_files(folder: &Folder, example: &str) {
    let binary = env!("CARGO_BIN_EXE_kthread-counter");
    std::os::unix::fs::symlink(binary, folder.0.join("kthread-counter")).unwrap();
    for name in [
        ".local/share/bash-completion/completions",
        ".config/fish/completions",
    ] {
        fs::create_dir_all(folder.0.join(name)).unwrap();
    }
    let from = recorded("causes_off");
    for word in example.split_whitespace() {
        let path = folder.0.join(word);
        if word.ends_with(".json") && !word.contains('/') {
            fs::write(path, run(&["show", "--json", "--from", &from]).stdout).unwrap();
        } else if example.contains(" compare ") && ["before", "after"].contains(&word) {
            run(&["save", path.to_str().unwrap(), "--from", &from]);
        }
    }
}

#[test]
fn examples_work() {
    let mut tried = 0;
    for (n, example) in all_examples().iter().enumerate() {
        let Some(line) = adapted(example) else {
            continue;
        };
        tried += 1;
        let folder = Folder::new(&format!("example{n}"));
        put_files(&folder, example);
        let output = Command::new("sh")
            .args(["-c", &line])
            .current_dir(&folder.0)
            .env("HOME", &folder.0)
            .env("PATH", format!("{}:/usr/bin:/bin", folder.path()))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let status = output.status.code();
        // A verdict, such as the doctor's, is one about this machine.
        let is_right = status == Some(0)
            || status == Some(2) && line.contains(" doctor")
            || matches!(status, Some(2 | 3)) && line.contains(" compare");
        assert!(is_right, "{line}: {status:?} {}", stderr(&output));
        if status == Some(0) {
            assert_eq!(stderr(&output), "", "{line}");
        }
    }
    assert!(tried >= 8, "only {tried} examples could be tried");
}

#[test]
fn each_command_has_a_page() {
    let folder = Folder::new("man");
    let target = format!("{}/a/b", folder.path());
    let output = run(&["man", &target, "--date", "2026-11-28"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let page = |name: &str| fs::read_to_string(format!("{target}/{name}.1")).unwrap();
    let commands = commands();
    assert_eq!(fs::read_dir(&target).unwrap().count(), commands.len() + 1);
    for command in &commands {
        let page = page(&format!("kthread-counter-{command}"));
        for words in [
            ".TH kthread-counter-",
            "2026-11-28",
            "SH EXAMPLES",
            "SH OPTIONS",
        ] {
            assert!(page.contains(words), "{command}: {words}\n{page}");
        }
        for example in example_lines(Some(command)) {
            let line = example.replace('\\', "\\\\");
            let line = line.replace('-', "\\-").replace('\'', "\\*(Aq");
            assert!(page.contains(&line), "{command}: {example}\n{page}");
        }
    }
    let first = page("kthread-counter");
    for command in &commands {
        let name = format!("kthread\\-counter\\-{command}(1)");
        assert!(first.contains(&name), "{command}");
    }
    assert!(first.contains("SH \"EXIT STATUS\""), "{first}");
    // A toolchain root that was made before it was asked for lacks it.
    let pages = fs::read_dir(&target).unwrap();
    let lint = Command::new("mandoc")
        .args(["-T", "lint", "-W", "warning"])
        .args(pages.map(|entry| entry.unwrap().path()))
        .output();
    if let Ok(lint) = lint {
        assert_eq!(stdout(&lint), "");
        assert_eq!(stderr(&lint), "");
    }
}

#[test]
fn pages_that_cannot_be_written() {
    let output = run(&["man", "/dev/null/man"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("/dev/null/man"));
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let output = run(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        for word in commands()
            .iter()
            .map(String::as_str)
            .chain(["cdf", "version"])
        {
            assert!(stdout(&output).contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn completions_do_not_know_what_the_help_hides() {
    assert!(!commands().contains(&"man".to_owned()));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completions", shell]);
        let is_word = |c: char| c.is_ascii_alphanumeric();
        let mut words = stdout(&output).split(|c| !is_word(c));
        assert!(!words.any(|word| word == "man"), "{shell}");
    }
    let folder = Folder::new("help_man");
    assert_eq!(run(&["man", folder.path()]).status.code(), Some(0));
}

#[test]
fn bash_completes_the_options_of_each_command() {
    let script = run(&["completions", "bash"]);
    for command in commands() {
        let ask = format!(
            "{}\nCOMP_WORDS=(kthread-counter {command} --)\nCOMP_CWORD=2\n\
             _kthread__counter kthread-counter -- {command}\necho \"${{COMPREPLY[@]}}\"",
            stdout(&script)
        );
        let output = Command::new("bash").arg("-c").arg(ask).output().unwrap();
        let words = stdout(&output);
        assert!(
            words.split_whitespace().any(|word| word == "--help"),
            "{command}: {words}"
        );
    }
}

#[test]
fn tables_in_the_help_are_tables_in_the_pages() {
    let folder = Folder::new("help_tables");
    assert_eq!(run(&["man", folder.path()]).status.code(), Some(0));
    let page = fs::read_to_string(folder.0.join("kthread-counter-run.1")).unwrap();
    assert!(page.lines().any(|line| line.starts_with("  OP ")), "{page}");
}
