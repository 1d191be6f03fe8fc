# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Which Python index this machine uses. pip runs inside the root, where neither its variables nor its
# files are.

pip_files() {
	printf '%s\n' /etc/xdg/pip/pip.conf /etc/pip.conf "$HOME/.pip/pip.conf" \
		"${XDG_CONFIG_HOME:-$HOME/.config}/pip/pip.conf" ${PIP_CONFIG_FILE:+"$PIP_CONFIG_FILE"}
}

# NAME=VALUE for each setting in pip's files that says where packages come from. A value may go on in
# lines that begin with blanks. Paths are left out: they would be others inside.
pip_file_settings() {
	awk '
		function finish() {
			if (name ~ /^(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|PROXY)$/ && value != "")
				print "PIP_" name "=" value
			name = ""
		}
		/^[ \t]*([#;]|$)/ { next }
		/^\[/ { finish(); used = /^\[(global|install)\]/; next }
		/^[ \t]/ { sub(/^[ \t]+/, ""); value = value (value == "" ? "" : " ") $0; next }
		{
			finish()
			at = match($0, /[=:]/)
			if (!used || !at) next
			name = toupper(substr($0, 1, at - 1))
			value = substr($0, at + 1)
			gsub(/[ \t]+/, "", name)
			gsub(/-/, "_", name)
			gsub(/^[ \t]+|[ \t]+$/, "", value)
		}
		END { finish() }' "$@"
}

# The same with the variables, which come last and count more.
pip_settings() {
	local file files=() name
	while read -r file; do
		[[ ! -r $file ]] || files+=("$file")
	done < <(pip_files)
	((${#files[@]} == 0)) || pip_file_settings "${files[@]}"
	for name in PIP_{INDEX_URL,EXTRA_INDEX_URL,TRUSTED_HOST,PROXY}; do
		[[ -z ${!name-} ]] || printf '%s\n' "$name=${!name}"
	done
}

# pip_install TARGET PACKAGE [OPTIONS...]
pip_install() {
	local settings
	mapfile -t settings < <(pip_settings)
	"$PROJECT/vm/enter" env "${settings[@]}" pip install --no-compile --disable-pip-version-check \
		--root-user-action=ignore --break-system-packages --progress-bar=off \
		--target "$1" "$2" "${@:3}"
}
