# Prints what a Linux says of its modules, as text that needs no program there beyond those of a small system. Each path is on a line
# of its own behind 'f ' (a file; its lines follow, each behind '='), 'x ' (a file as hexadecimal digits) or 'd ' (it exists). What is
# not there is left out. 'm PATH' is a module's file: its .modinfo as lines, then 'size=', 'sha256=', and what it ends with as 'tail='.
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin

text() {
    if [ -r "$1" ] && [ -f "$1" ]; then
        printf 'f %s\n' "$1"
        while IFS= read -r line || [ -n "$line" ]; do printf '=%s\n' "$line"; done < "$1"
    elif [ -e "$1" ]; then
        printf 'd %s\n' "$1"
    fi
}

unpacked() {
    case $1 in
        *.xz) xz -dc < "$1" ;;
        *.zst) zstd -dcq < "$1" ;;
        *.gz) gzip -dc < "$1" ;;
        *) cat "$1" ;;
    esac
}

module() {
    [ -r "$1" ] || return 0
    printf 'm %s\n' "$1"
    unpacked "$1" | tr '\000' '\n' | sed -n -e 's/^name=/=&/p' -e 's/^version=/=&/p' -e 's/^description=/=&/p' -e 's/^author=/=&/p' \
        -e 's/^license=/=&/p' -e 's/^srcversion=/=&/p' -e 's/^depends=/=&/p' -e 's/^intree=/=&/p' -e 's/^vermagic=/=&/p' -e 's/^parmtype=/=&/p'
    printf '=size=%s\n' "$(wc -c < "$1")"
    sum=$(sha256sum < "$1")
    printf '=sha256=%s\n' "${sum%% *}"
    end=$(unpacked "$1" | tail -c 1536 | od -An -v -tx1 | tr -d ' \n')
    case $end in
        *4d6f64756c65207369676e617475726520617070656e6465647e0a) printf '=tail=%s\n' "$end" ;;
    esac
}

all() {
    echo 'kernelfault-drivers 1'
    text /proc/sys/kernel/osrelease
    text /proc/modules
    for folder in /sys/module/*; do
        [ -d "$folder" ] || continue
        printf 'd %s\n' "$folder"
        for name in initstate coresize taint srcversion version sections/.text; do text "$folder/$name"; done
        for file in "$folder"/parameters/*; do text "$file"; done
        if [ -r "$folder/notes/.note.gnu.build-id" ]; then
            printf 'x %s\n=%s\n' "$folder/notes/.note.gnu.build-id" "$(od -An -v -tx1 < "$folder/notes/.note.gnu.build-id" | tr -d ' \n')"
        fi
        for entry in "$folder"/holders/*; do [ -e "$entry" ] && printf 'd %s\n' "$entry"; done
        for entry in "$folder"/drivers/*/*; do [ -L "$entry" ] && printf 'd %s\n' "$entry"; done
    done
    tree=/lib/modules/$(uname -r)
    if [ -r "$tree/modules.dep" ]; then
        names=$(sed -e 's/ .*//' -e 's/_/[-_]/g' -e 's|.*|/&[.]ko[.a-z]*:|' /proc/modules)
        if [ -n "$names" ]; then
            printf 'f %s\n' "$tree/modules.dep"
            grep -e "$names" "$tree/modules.dep" | sed 's/^/=/'
            grep -e "$names" "$tree/modules.dep" | sed 's/:.*//' | while IFS= read -r file; do
                case $file in
                    /*) module "$file" ;;
                    *) module "$tree/$file" ;;
                esac
            done
        fi
    fi
    echo end
}

all < /dev/null 2> /dev/null
