# How the instance and the probes of one trace are removed: the text of a function, for this shell and for the one that guards it.
# A probe is busy as long as an instance has it enabled, an instance as long as it is read.
LC_ALL=C
export LC_ALL
clean='
clean() {
    tries=0
    while [ -d "$instance" ] || grep -q "[:/]$group/" "$folder/kprobe_events" 2> /dev/null; do
        [ "$tries" -lt 100 ] || return 1
        tries=$((tries + 1))
        [ "$(cat "/proc/$reader/comm" 2> /dev/null)" = cat ] && kill "$reader" 2> /dev/null
        for switch in "$instance/events/$group"/*/enable; do
            [ -w "$switch" ] && echo 0 > "$switch"
        done
        rmdir "$instance"
        for name in "call_$id" "return_$id"; do
            grep -q "[:/]$group/$name " "$folder/kprobe_events" && echo "-:$group/$name" >> "$folder/kprobe_events"
        done
        [ "$tries" -eq 1 ] || sleep 0.1
    done 2> /dev/null
}
'
eval "$clean"
