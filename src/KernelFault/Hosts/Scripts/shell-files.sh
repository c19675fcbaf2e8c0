# Files of a machine by its own tools: shell-files.sh OPERATION PATH [ARGUMENT...]. An entry is type, length, time, path, with
# blanks between and a NUL after it. Exit codes: 43 denied, 44 not there, 45 not of that kind, 46 not whole.
LC_ALL=C
export LC_ALL
operation=$1 path=$2

entry() {
    facts=$(stat -L -c '%f %s %Y' "$1" 2> /dev/null) || facts=$(stat -L -f '%Xp %z %m' "$1" 2> /dev/null) || return
    printf '%s %s\0' "$facts" "$1"
}

need_file() {
    [ -e "$path" ] || { [ -x "${path%/*}/" ] && exit 44 || exit 43; }
    [ -d "$path" ] && exit 45
    [ -r "$path" ] || exit 43
}

case $operation in
find)
    if [ -e "$path" ]; then entry "$path"; fi ;;
list)
    [ -e "$path" ] || exit 44
    [ -d "$path" ] || exit 45
    [ -r "$path" ] && [ -x "$path" ] || exit 43
    path=${path%/}
    set -- "$path"/* "$path"/.[!.]* "$path"/..?*
    # With GNU's, one process for all.
    if stat --printf '' / 2> /dev/null; then
        printf '%s\0' "$@" | xargs -0 stat -L --printf '%f %s %Y %n\0' 2> /dev/null
        exit 0
    fi
    for file; do
        if [ -e "$file" ]; then entry "$file"; fi
    done ;;
read)
    need_file
    # The third argument is the first byte that is wanted, from 1.
    [ "$3" = 1 ] && exec cat "$path"
    exec tail -c "+$3" "$path" ;;
hash)
    need_file
    if command -v sha256sum > /dev/null; then exec sha256sum < "$path"; fi
    exec shasum -a 256 < "$path" ;;
write)
    if [ -L "$path" ]; then path=$(readlink -f "$path") || exit 44; fi
    [ -d "$path" ] && exit 45
    folder=${path%/*}
    [ -d "$folder/" ] || exit 44
    [ -w "$folder/" ] || exit 43
    temporary=$path.$3
    trap 'rm -f "$temporary"' EXIT
    trap 'exit 46' HUP INT TERM
    # With the permissions of the file that was there.
    if [ -e "$path" ]; then cp -p "$path" "$temporary" || exit 43; fi
    cat > "$temporary" || exit 46
    [ "$(wc -c < "$temporary")" -eq "$4" ] || exit 46
    sync "$temporary" 2> /dev/null
    mv -f "$temporary" "$path" || exit 43
    trap - EXIT ;;
esac
