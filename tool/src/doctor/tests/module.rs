// SPDX-License-Identifier: GPL-2.0

//! The module's file, and what the kernel asks of it.

use std::fs;

use super::tree::{
    expect,
    machine,
    Tree,
    FINE,
    RELEASE, //
};
use crate::doctor::Level::{
    Note,
    Ok,
    Problem, //
};

/// The file of a module, as far as it is looked at.
fn module_for(release: &str, signed: bool) -> Vec<u8> {
    let mut bytes = b"\x7fELF\0license=GPL\0vermagic=".to_vec();
    bytes.extend(release.as_bytes());
    bytes.extend(b" SMP preempt mod_unload \0\0");
    if signed {
        bytes.extend(b"~Module signature appended~\n");
    }
    bytes
}

/// A machine on which the module is not loaded, with its file for this release, in the folder of another.
fn with_module(name: &str, folder: &str, built: &str, signed: bool, indexed: bool) -> Tree {
    let tree = machine(
        name,
        &[
            ("sys/module/kthread_counter", ""),
            ("proc/kthread_counter", ""),
        ],
    );
    let folder = format!("lib/modules/{folder}");
    tree.add(
        &format!("{folder}/updates/kthread_counter.ko"),
        &module_for(built, signed),
    );
    let index = "kernel/fs/fat.ko: kernel/lib/a.ko\n";
    let line = if indexed {
        "updates/kthread_counter.ko:\n"
    } else {
        ""
    };
    tree.add(
        &format!("{folder}/modules.dep"),
        format!("{index}{line}").as_bytes(),
    );
    tree
}

#[test]
fn the_module_is_looked_for() {
    let other = "7.1.0-other";
    expect(
        &with_module("installed", RELEASE, RELEASE, false, true),
        "module",
        Note,
        crate::kernel::absent::LOAD,
    );
    expect(
        &with_module("depmod", RELEASE, RELEASE, false, false),
        "module",
        Note,
        "depmod 7.2.12",
    );
    expect(
        &with_module("magic", RELEASE, other, false, true),
        "module",
        Problem,
        "was built for 7.1.0-other",
    );
    expect(
        &with_module("other", other, other, false, true),
        "module",
        Problem,
        "installed for 7.1.0-other, and not",
    );
    let none = machine("none", &[("sys/module/kthread_counter", "")]);
    expect(&none, "module", Problem, "no /lib/modules");
    none.add("lib/modules/7.2.12+deb13-cloud-amd64/modules.dep", b"");
    expect(&none, "module", Problem, "not installed for 7.2.12");
    let cut = with_module("cut", RELEASE, RELEASE, false, true);
    cut.add(
        &format!("lib/modules/{RELEASE}/updates/kthread_counter.ko"),
        b"\x7fELF",
    );
    expect(&cut, "module", Problem, "cut off");
    // What is indexed may have gone.
    fs::remove_file(
        cut.0
            .join(format!("lib/modules/{RELEASE}/updates/kthread_counter.ko")),
    )
    .unwrap();
    expect(&cut, "module", Problem, "not installed");
}

#[test]
fn a_compressed_module_is_unpacked() {
    let tree = with_module("packed", RELEASE, "7.1.0-other", false, false);
    let folder = tree.0.join(format!("lib/modules/{RELEASE}/updates"));
    for (program, extension) in [("xz", "xz"), ("gzip", "gz"), ("zstd", "zst")] {
        let file = folder.join("kthread_counter.ko");
        let status = std::process::Command::new(program)
            .args(["-q", "-k"])
            .arg(&file)
            .status()
            .unwrap();
        assert!(status.success(), "{program}");
        fs::remove_file(&file).unwrap();
        expect(&tree, "module", Problem, "was built for 7.1.0-other");
        let packed = folder.join(format!("kthread_counter.ko.{extension}"));
        fs::write(&packed, b"junk").unwrap();
        expect(&tree, "module", Note, &format!("{program} failed"));
        fs::remove_file(&packed).unwrap();
        fs::write(&file, module_for("7.1.0-other", false)).unwrap();
    }
}

#[test]
fn signatures_are_asked_for() {
    let lockdown = "sys/kernel/security/lockdown";
    let enforce = "sys/module/module/parameters/sig_enforce";
    for (check, path, text) in [
        ("lockdown", lockdown, "none [integrity] confidentiality\n"),
        ("signatures", enforce, "Y\n"),
    ] {
        let ask = |tree: Tree| {
            tree.add(path, text.as_bytes());
            tree
        };
        let of = |name: &str, signed| {
            ask(with_module(
                &format!("{check}{name}"),
                RELEASE,
                RELEASE,
                signed,
                true,
            ))
        };
        expect(&of("bare", false), check, Problem, "sign-file");
        expect(&of("signed", true), check, Ok, "signed");
        expect(
            &ask(machine(&format!("{check}loaded"), &[])),
            check,
            Ok,
            "loaded before",
        );
        let none = ask(machine(
            &format!("{check}none"),
            &[("sys/module/kthread_counter", "")],
        ));
        expect(&none, check, Note, "sign-file");
    }
    assert_eq!(machine("unasked", &[]).find("signatures", FINE), None);
}

#[test]
fn secure_boot_is_a_byte() {
    let variable = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    let tree = machine("efi", &[("sys/firmware/efi/systab", "1")]);
    expect(&tree, "secure_boot", Note, "efivarfs");
    for (value, words) in [(b"\x06\0\0\0\x01", "is on"), (b"\x06\0\0\0\0", "is off")] {
        tree.add(variable, value);
        expect(&tree, "secure_boot", Ok, words);
    }
}

#[test]
fn modules_that_cannot_be_loaded() {
    let absent = ("sys/module/kthread_counter", "");
    for (n, change) in [
        ("proc/modules", ""),
        ("proc/sys/kernel/modules_disabled", "1\n"),
        ("proc/cmdline", "nomodule\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let tree = machine(&format!("loading{n}"), &[absent, change]);
        expect(&tree, "loading", Problem, "");
        tree.add("sys/module/kthread_counter/parameters/threads", b"1");
        assert_eq!(tree.find("loading", FINE), None, "it is loaded");
    }
}
