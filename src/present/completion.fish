# fish completion for kept, written by: kept help --completion fish
#
# What may come next says the program itself (kept help --complete WORD...): one candidate a line,
# before a tab and what it means; ":files" and ":folders" stand for names of files and of folders.

function __kept_complete
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    # The value of --name=value, and what stands before it.
    set -l value (string replace -r '^--[^=]*=' '' -- "$token")
    set -l before (string match -r '^--[^=]*=' -- "$token")
    for line in (command $words[1] help --complete $words[2..-1] "$token" 2>/dev/null)
        switch $line
            case :files
                printf "$before%s\n" (__fish_complete_path "$value")
            case :folders
                printf "$before%s\n" (__fish_complete_directories "$value")
            case '*'
                echo $line
        end
    end
end

complete -c kept -f -a '(__kept_complete)'
