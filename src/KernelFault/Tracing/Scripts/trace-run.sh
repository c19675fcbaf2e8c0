# Traces events of a Linux kernel for a time, in an instance of its own. Arguments: folder of tracefs, seconds, kibibytes of buffer
# for each processor, 1 for stacks, process ids with blanks between, tracepoints (system/name) with blanks between, and probes,
# each its kind, name (call or return) and what follows. Writes what the instance's trace_pipe gives, and lines that begin with "kernelfault".
#
# The instance and the probes are removed when this ends, however it ends: by itself at the end, by its trap when it is told to
# end or nobody reads any more, and by a guard in a session of its own when it was killed or does not end in time. A mark every
# two seconds makes a lost reader known when nothing else happens.
folder=$1 seconds=$2 size=$3 stacks=$4 processes=$5 tracepoints=$6
shift 6
id=$$
instance=$folder/instances/kernelfault-$id
group=kernelfault_$id
reader=0

finish() {
    trap '' HUP INT TERM PIPE
    clean || { echo "The instance $instance and the probes $group cannot be removed." >&2; exit 75; }
}

refuse() {
    printf '%s\n' "$1" >&2
    [ -r "$folder/error_log" ] && tail -n 4 "$folder/error_log" >&2
    exit 70
}

mark() {
    echo "kernelfault $id $(date +%s.%N)" > "$instance/trace_marker"
}

# Hundredths of a second since the start, without a process.
now() {
    read -r now rest < /proc/uptime
    now=${now%.*}${now#*.}
}

# Whether the reader is there: one that has ended and was not waited for has no open files.
reads() {
    [ -e "/proc/$reader/fd/1" ]
}

trap finish EXIT
trap 'exit 71' HUP INT TERM PIPE
mkdir "$instance" 2> /dev/null || refuse "The kernel makes no instance for tracing in $folder/instances."
echo mono > "$instance/trace_clock" 2> /dev/null
echo "$size" > "$instance/buffer_size_kb" 2> /dev/null
echo 1 > "$instance/options/record-tgid" 2> /dev/null
[ "$stacks" = 1 ] && { echo 1 > "$instance/options/stacktrace" && echo 1 > "$instance/options/sym-offset"; } 2> /dev/null
if [ -n "$processes" ]; then
    echo 1 > "$instance/options/event-fork" 2> /dev/null
    echo "$processes" > "$instance/set_event_pid" || refuse 'The kernel does not take these process ids.'
fi
echo "kernelfault start $id"
cat "$instance/trace_pipe" < /dev/null &
reader=$!
guard='
trap "" HUP INT TERM PIPE
left=$limit
while kill -0 "$main" && [ "$left" -gt 0 ]; do
    sleep 1
    left=$((left - 1))
done
kill -KILL "$main"
clean
'
(
    export folder id instance group reader
    main=$id limit=$((seconds + 60)) setsid sh -c "$clean$guard" < /dev/null > /dev/null 2>&1 &
)
mark
while [ $# -gt 2 ]; do
    echo "$1:$group/$2_$id $3" >> "$folder/kprobe_events" 2> /dev/null || refuse "The kernel refuses the probe on $3."
    shift 3
done
for switch in "$instance/events/$group"/*/enable; do
    if [ -e "$switch" ]; then echo 1 > "$switch" || refuse 'The kernel does not enable the probe.'; fi
done
for event in $tracepoints; do
    echo 1 > "$instance/events/$event/enable" || refuse "The kernel does not enable $event."
done
mark
# By the clock: on a slow machine a sleep takes longer than it should.
tick=0
now
last=$((now + seconds * 100))
while [ "$now" -lt "$last" ] && reads; do
    sleep 0.2
    tick=$((tick + 1))
    [ $((tick % 10)) -ne 0 ] || mark
    now
done

# What was traced is read to its end: with tracing off the reader comes to one; older kernels let it sleep.
for switch in "$instance/events/$group"/*/enable; do
    [ -e "$switch" ] && echo 0 > "$switch"
done
for event in $tracepoints; do
    echo 0 > "$instance/events/$event/enable"
done
mark
echo 0 > "$instance/tracing_on"
tick=0
while reads && [ "$tick" -lt 300 ]; do
    if [ "$tick" -ge 5 ] && ! cat "$instance"/per_cpu/cpu*/stats | grep -q '^entries: [1-9]'; then break; fi
    sleep 0.2
    tick=$((tick + 1))
done
[ -r "$folder/kprobe_profile" ] && sed -n "s/^ *\([a-z]*\)_$id[[:space:]]*\([0-9]*\)[[:space:]]*\([0-9]*\).*/kernelfault hits \1 \2 \3/p" "$folder/kprobe_profile"
cat "$instance"/per_cpu/cpu*/stats 2> /dev/null | sed -n 's/^\(overrun\|dropped events\): \([1-9][0-9]*\)$/kernelfault lost \2/p'
echo 'kernelfault end'
