# shellcheck shell=bash
# Completes satchel's words in bash; printed by "satchel completion bash".
# What may follow is asked of satchel itself, which quotes it as the line needs it.

_satchel() {
    local answer files=''
    COMPREPLY=()
    while IFS= read -r answer; do
        case $answer in
        $'\t'*) files=${answer#?} ;;
        *) COMPREPLY+=("$answer") ;;
        esac
    done < <(command satchel __complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" \
        </dev/null 2>/dev/null)
    # Files are completed where nothing else fits.
    compopt +o default +o dirnames
    case $files in
    file) compopt -o default ;;
    directory) compopt -o dirnames ;;
    esac
}

complete -F _satchel satchel
