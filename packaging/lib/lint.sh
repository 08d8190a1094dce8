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
    done < <(find .ci app packaging resources tests ui -path resources/kit/install -prune -o -type f \
        \( -name '*.sh' -o -name '*.bash' -o -path .ci/run -o -perm -u+x \) -print0 2>/dev/null | sort -z)
}

lints=(ruff-check ruff-format mypy lint-imports translations manual shellcheck)

# lint [NAME...]: these of them, or all, side by side. Ends the script if one fails.
lint() {
    local name directory status failed=0
    local -a pids=()
    (($#)) || set -- "${lints[@]}"
    for name; do
        [[ " ${lints[*]} " == *" $name "* ]] ||
            die "there is no check $name; there are: ${lints[*]}"
    done
    find_scripts
    directory=$(mktemp -d) || exit 1
    for name; do
        run_lint "$name" >"$directory/$name" 2>&1 </dev/null &
        pids+=("$!")
    done
    for name; do
        status=0
        wait "${pids[0]}" || status=$?
        pids=("${pids[@]:1}")
        printf '== %s\n' "$name"
        cat "$directory/$name"
        ((!status)) || printf '== FAILED: %s (exit status %d)\n' "$name" "$status"
        ((failed)) || failed=$status
    done
    rm -rf "$directory"
    ((!failed)) || exit "$failed"
}

run_lint() {
    local bin=.venv/bin
    case $1 in
    ruff-check) "$bin/ruff" check . "${python_scripts[@]}" ;;
    ruff-format) "$bin/ruff" format --check . "${python_scripts[@]}" ;;
    # The scripts of packaging import from packaging/lib.
    mypy) "$bin/mypy" && MYPYPATH=packaging/lib "$bin/mypy" --scripts-are-modules "${python_scripts[@]}" ;;
    lint-imports) "$bin/lint-imports" ;;
    translations) "$bin/python" packaging/lib/catalogues.py --check ;;
    manual) "$bin/python" packaging/manual --check ;;
    # install.sh is written in parts, of which each uses what those before it have.
    shellcheck) shellcheck -x "${shell_scripts[@]}" && cat resources/kit/install/*.sh | shellcheck - ;;
    esac
}
