// SPDX-License-Identifier: GPL-2.0

//! Whether the kernel takes a module without a signature.

use std::io;

use super::{
    finding::Topic,
    module::LOADED,
    module_file::ModuleFile,
    place::Place, //
};

const SECURE_BOOT: &str =
    "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const SIGN: &str =
    "sign it: scripts/sign-file of the kernel's headers, and a key that it trusts (mokutil --import)";

pub(super) fn examine(place: &Place, topic: &mut Topic) {
    secure_boot(place, topic);
    lockdown(place, topic);
    enforced(place, topic);
}

/// By itself it asks for nothing: kernels lock themselves down because of it.
fn secure_boot(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "secure_boot";
    if !place.is_there("sys/firmware/efi") {
        return topic.ok(CHECK, "no Secure Boot: the machine was booted without UEFI");
    }
    // Four bytes of attributes, and the value.
    match place.bytes(SECURE_BOOT) {
        Ok(bytes) if bytes.get(4) == Some(&1) => topic.ok(CHECK, "Secure Boot is on"),
        Ok(_) => topic.ok(CHECK, "Secure Boot is off"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => topic.unseen(
            CHECK,
            "Secure Boot, as the firmware's variable is not in /sys/firmware/efi/efivars",
            "as root: mount -t efivarfs efivarfs /sys/firmware/efi/efivars",
        ),
        Err(error) => topic.unseen(CHECK, format!("Secure Boot ({error})"), "look as root"),
    }
}

fn lockdown(place: &Place, topic: &mut Topic) {
    const CHECK: &str = "lockdown";
    let Some(text) = place.text("sys/kernel/security/lockdown") else {
        return topic.unseen(
            CHECK,
            "lockdown, as there is no /sys/kernel/security/lockdown",
            "as root: mount -t securityfs securityfs /sys/kernel/security; a kernel without it does not lock down",
        );
    };
    let level = text
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'))
        .map_or(text.as_str(), |(level, _)| level);
    if level == "none" {
        topic.ok(CHECK, "the kernel is not locked down");
    } else {
        signature(
            place,
            topic,
            CHECK,
            &format!("the kernel is locked down ({level})"),
        );
    }
}

fn enforced(place: &Place, topic: &mut Topic) {
    // Where that is not there, the kernel knows no signatures.
    let enforced = place.text("sys/module/module/parameters/sig_enforce");
    if enforced.as_deref() == Some("Y") {
        let what = "the kernel asks for signatures (module.sig_enforce)";
        signature(place, topic, "signatures", what);
    }
}

/// The kernel takes signed modules only.
fn signature(place: &Place, topic: &mut Topic, check: &'static str, why: &str) {
    if place.is_there(LOADED) {
        return topic.ok(check, format!("{why}; the module was loaded before"));
    }
    let signed = place
        .release()
        .and_then(|release| ModuleFile::find(place, &release))
        .and_then(|file| file.contents(place).ok())
        .map(|contents| contents.is_signed);
    match signed {
        Some(true) => topic.ok(
            check,
            format!("{why}; the module is signed, and is loaded if the key is known"),
        ),
        Some(false) => topic.problem(check, format!("{why}, and the module is not signed"), SIGN),
        None => topic.note(check, format!("{why}, and takes signed modules only"), SIGN),
    }
}
