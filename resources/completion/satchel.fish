# Completes satchel's words in fish; printed by "satchel completion fish".
# What may follow is asked of satchel itself.

function __satchel_complete
    set -l files
    for answer in (command satchel __complete fish (commandline -cp | string collect) </dev/null 2>/dev/null)
        if string match -q -- \t'*' "$answer"
            set files (string sub -s 2 -- "$answer")
        else
            printf '%s\n' "$answer"
        end
    end
    test -n "$files"; or return 0
    set -l current (commandline -ct)
    set -l option (string match -r -- '^--[^=]*=' "$current")
    set -l path (string replace -r -- '^--[^=]*=' '' "$current")
    # Of a command that nothing is known of, files are completed.
    for found in (complete -C "'' $path")
        if test "$files" = file; or string match -q -- '*/' "$found"
            printf '%s%s\n' "$option" "$found"
        end
    end
end

complete -c satchel -f -a '(__satchel_complete)'
