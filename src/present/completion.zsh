#compdef kept
# zsh completion for kept, written by: kept help --completion zsh
#
# What may come next says the program itself (kept help --complete WORD...): one candidate a line,
# before a tab and what it means; ":files" and ":folders" stand for names of files and of folders.

_kept()
{
    local line word meaning kept=${(Q)words[1]/#\~\//$HOME/}
    local -a found
    local -i missed=1
    (($+commands[$kept])) || [[ -x $kept ]] || kept=kept # called by an alias

    for line in "${(@f)$("$kept" help --complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" \
        2>/dev/null)}"; do
        case $line in
        '') ;;
        :files | :folders)
            compset -P '--*='
            if [[ $line == :files ]]; then _files && missed=0; else _files -/ && missed=0; fi
            ;;
        *)
            word=${line%%$'\t'*} meaning=
            [[ $line == *$'\t'* ]] && meaning=${line#*$'\t'}
            found+=("${word//:/\\:}${meaning:+:$meaning}")
            ;;
        esac
    done
    ((${#found})) && _describe -V 'kept' found && missed=0
    return missed
}

if [[ $funcstack[1] == _kept ]]; then _kept "$@"; else compdef _kept kept; fi
