# bash completion for kept, written by: kept help --completion bash
#
# What may come next says the program itself (kept help --complete WORD...): one candidate a line,
# before a tab; ":files" and ":folders" stand for names of files and of folders.

_kept()
{
    local kept=$1 cur=${COMP_WORDS[COMP_CWORD]} before words=() joined= line w i
    [[ $kept == '~/'* ]] && kept=$HOME${kept:1}
    type -P -- "$kept" >/dev/null || kept=kept # called by an alias

    # bash parts words at = and : too, as in --name=value; here they are one again.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        w=${COMP_WORDS[i]}
        [[ $w == '~/'* ]] && w=$HOME${w:1}
        w=${w//[\"\'\\]/}
        if [[ ${#words[@]} -gt 0 && ($w == [=:]* || $joined) ]]; then
            words[-1]+=$w
        else
            words+=("$w")
        fi
        joined=
        [[ $w == *[=:] ]] && joined=yes
    done
    [[ $cur == [=:]* ]] && cur=
    w=${cur//[\"\'\\]/}
    before=${words[-1]%"$w"} # what bash takes for words of their own already

    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
        :files)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            ;;
        :folders)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -d -- "$cur")
            ;;
        *)
            w=${line%%$'\t'*}
            COMPREPLY+=("${w#"$before"}")
            ;;
        esac
    done < <("$kept" help --complete "${words[@]}" 2>/dev/null)
    return 0
}

complete -F _kept kept
