# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Completion of siftr-bpf's command line for bash, with or without the package bash-completion. make
# adds _siftr_bpf_words() at the end, which has the words of the tables in src/.

# Looks at the words before the cursor. Sets command to the first that is neither an option nor the
# value of one, given to the options, and value to the kind of the value that the cursor is in, if any.
_siftr_bpf_scan()
{
	local words option
	local -i i

	for ((i = 1; i < COMP_CWORD; i++)); do
		option=${COMP_WORDS[i]}
		if [[ $option != -* ]]; then
			command=${command:-$option}
			continue
		fi
		_siftr_bpf_words "name:$option"
		option=${words:-$option}
		given+=" $option "
		_siftr_bpf_words "value:$option"
		if [[ $words ]]; then
			# The = of --option=value is a word of its own.
			i+=1
			[[ ${COMP_WORDS[i]} = '=' ]] && i+=1
			((i < COMP_CWORD)) || value=$words
		fi
	done
}

# _siftr_bpf_offer KIND [BEFORE]: the words of the kind that begin with cur, each behind BEFORE.
_siftr_bpf_offer()
{
	local words

	_siftr_bpf_words "$1"
	mapfile -t COMPREPLY < <(compgen -P "${2-}" -W "$words" -- "$cur")
}

# An option is offered once, as it may be given once.
_siftr_bpf_offer_options()
{
	local option
	local -a offered

	_siftr_bpf_offer "option:$command"
	for option in "${COMPREPLY[@]}"; do
		[[ $given = *" $option "* ]] || offered+=("$option")
	done
	COMPREPLY=("${offered[@]}")
}

# _siftr_bpf_offer_list KIND: the last of the names of a list, such as that of --fields, which have
# commas between them, and + or - in front. A comma may follow, so no blank does.
_siftr_bpf_offer_list()
{
	local before=${cur%"${cur##*,}"}

	cur=${cur##*,}
	if [[ $cur = [+-]* ]]; then
		before+=${cur:0:1}
		cur=${cur:1}
	fi
	_siftr_bpf_offer "$1" "$before"
	compopt -o nospace 2>/dev/null
}

# File names are left to readline, which quotes blanks and knows the ~ of home directories.
_siftr_bpf_offer_files()
{
	compopt -o default 2>/dev/null
}

_siftr_bpf()
{
	local cur=${COMP_WORDS[COMP_CWORD]} command='' given='' value='' words=''

	COMPREPLY=()
	_siftr_bpf_scan
	[[ $cur != '=' ]] || cur=
	_siftr_bpf_words "argument:$command"
	if [[ $value = field || $value = trigger ]]; then
		_siftr_bpf_offer_list "$value"
	elif [[ $value = file ]]; then
		_siftr_bpf_offer_files
	elif [[ $value ]]; then
		_siftr_bpf_offer "$value"
	elif [[ $cur = -* ]]; then
		_siftr_bpf_offer_options
	elif [[ ! $command ]]; then
		_siftr_bpf_offer command
	elif [[ $words = file ]]; then
		_siftr_bpf_offer_files
	elif [[ $words && ${COMP_WORDS[COMP_CWORD - 1]} = "$command" ]]; then
		_siftr_bpf_offer "$words"
	fi
}

complete -F _siftr_bpf siftr-bpf
