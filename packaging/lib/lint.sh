# shellcheck shell=bash
# What packaging/test looks at without running Satchel, and .pre-commit-config.yaml before a commit.
# The sourcing script has set up .venv and stands in the checkout.

# step HEADING COMMAND...
step() {
    local heading=$1 status=0
    shift
    printf '== %s\n' "$heading"
    "$@" || status=$?
    if ((status)); then
        printf '== FAILED: %s (exit status %d)\n' "$heading" "$status"
        exit "$status"
    fi
}

# The scripts that have no suffix to be known by: sets shell_scripts and python_scripts.
find_scripts() {
    local file first
    shell_scripts=() python_scripts=()
    while IFS= read -r -d '' file; do
        first=''
        IFS= read -r first <"$file"
        case $first in
        '#!'*python*) [[ $file == *.py ]] || python_scripts+=("$file") ;;
        '#!'*sh | '# shellcheck shell='*) shell_scripts+=("$file") ;;
        esac
    done < <(find .ci app packaging resources tests ui -type f \
        \( -name '*.sh' -o -path .ci/run -o -perm -u+x \) -print0 2>/dev/null | sort -z)
}

lints=(ruff-check ruff-format mypy lint-imports translations shellcheck)

# lint [NAME...]: these of them, or all. Ends the script at the first that fails.
lint() {
    local name bin=.venv/bin
    (($#)) || set -- "${lints[@]}"
    find_scripts
    for name; do
        case $name in
        ruff-check) step "$name" "$bin/ruff" check . "${python_scripts[@]}" ;;
        ruff-format) step "$name" "$bin/ruff" format --check . "${python_scripts[@]}" ;;
        mypy) step "$name" "$bin/mypy" ;;
        lint-imports) step "$name" "$bin/lint-imports" ;;
        translations) step "$name" "$bin/python" packaging/lib/catalogues.py --check ;;
        shellcheck) step "$name" shellcheck -x "${shell_scripts[@]}" ;;
        *) die "there is no check $name; there are: ${lints[*]}" ;;
        esac
    done
}
