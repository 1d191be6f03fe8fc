// SPDX-License-Identifier: GPL-2.0

//! `set`.

use crate::{
    cli,
    error::{
        Error,
        Result, //
    },
    kernel::module::{
        Module,
        Parameter,
        Setting,
        ARGUMENTS, //
    }, //
};

/// Sets all, or none: if one is refused, those before it get the values that they had.
pub(crate) fn set(arguments: cli::Set) -> Result {
    let module = Module::here();
    let settings = arguments.settings;
    check_each_once(&settings)?;
    let parameters = module.parameters()?;
    for Setting { name, .. } in &settings {
        check(name, &parameters)?;
    }
    let mut before = Vec::new();
    for Setting { name, value } in &settings {
        let old = module.get(name)?;
        if let Err(error) = module.set(name, value) {
            put_back(&module, &before);
            return Err(error);
        }
        before.push(Setting::new(name, old));
    }
    Ok(())
}

/// The last one first. What cannot be put back is said; the reason for it all comes after that.
fn put_back(module: &Module, settings: &[Setting]) {
    for Setting { name, value } in settings.iter().rev() {
        if let Err(error) = module.set(name, value) {
            error.note();
        }
    }
}

/// Of two values for one name the user meant one.
pub(super) fn check_each_once(settings: &[Setting]) -> Result {
    for (n, Setting { name, .. }) in settings.iter().enumerate() {
        if settings.iter().skip(n + 1).any(|other| other.name == *name) {
            return Err(Error::failed(
                name,
                "it is given twice",
                "give each name once",
            ));
        }
    }
    Ok(())
}

fn check(name: &str, parameters: &[Parameter]) -> Result {
    let found = parameters.iter().find(|parameter| parameter.name == name);
    let (why, remedy) = match found {
        Some(Parameter {
            is_readable: true,
            is_writable: true,
            ..
        }) => return Ok(()),
        Some(Parameter {
            is_writable: true, ..
        }) => (
            "that is a command, and no setting",
            format!("kthread-counter {name} --help says how to give it"),
        ),
        Some(_) if ARGUMENTS.contains(&name) => (
            "it can only be given when the module is loaded",
            format!("kthread-counter unload, then kthread-counter load {name}=VALUE"),
        ),
        Some(_) => ("it can only be read", "set another one".to_owned()),
        None => {
            let names: Vec<&str> = parameters
                .iter()
                .filter(|parameter| parameter.is_readable && parameter.is_writable)
                .map(|parameter| parameter.name.as_str())
                .collect();
            (
                "the module has no such setting",
                format!("it has {}", names.join(", ")),
            )
        }
    };
    Err(Error::failed(name, why, &remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_given_twice_is_refused() {
        let of = |names: &[&str]| {
            let settings: Vec<_> = names.iter().map(|name| Setting::new(*name, "1")).collect();
            check_each_once(&settings).is_ok()
        };
        assert!(of(&[]) && of(&["wait"]) && of(&["wait", "threads"]));
        assert!(!of(&["wait", "threads", "wait"]) && !of(&["wait", "wait"]));
    }

    #[test]
    fn only_settings_can_be_set() {
        let parameters = [
            ("interval", true, true),
            ("stop", false, true),
            ("autostart", true, false),
            ("hz", true, false),
        ]
        .map(|(name, is_readable, is_writable)| Parameter {
            name: name.to_owned(),
            is_readable,
            is_writable,
        });
        assert!(check("interval", &parameters).is_ok());
        for (name, words) in [
            ("stop", "stop --help"),
            ("autostart", "load autostart="),
            ("hz", "only be read"),
            ("intervall", "it has interval"),
        ] {
            let refused = check(name, &parameters);
            let Err(Error::Failed(text)) = refused else {
                panic!("{name}: {refused:?}");
            };
            assert!(text.contains(words), "{text}");
        }
    }
}
