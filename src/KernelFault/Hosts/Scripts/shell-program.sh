# Runs one program at the far end of a channel. Before this text stand the assignments of nonce, program and input (the number
# of bytes that the channel brings for the program's standard input) and 'set --' with the arguments.
#
# The line with the nonce parts what a login shell printed from what the program prints. The channel's input is the program's
# life line: when it is closed, the whole process group is ended (sshd gives each channel a session of its own). The left side
# of the pipe feeds the program and then watches; it tells its process id, so that it can be ended when the program has.
set -f
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
export PATH
found=
case $program in
*/*)
    if [ -f "$program" ]; then found=$program; fi ;;
*)
    IFS=:
    for folder in $PATH; do
        case $folder in
        /*) if [ -f "$folder/$program" ] && [ -x "$folder/$program" ]; then found=$folder/$program && break; fi ;;
        esac
    done
    unset IFS ;;
esac
if [ -z "$found" ]; then
    echo "$nonce notFound"
    exit 127
fi
if [ ! -x "$found" ]; then
    echo "$nonce denied"
    exit 126
fi
echo "$nonce ok"
# The shells' own remarks on ended processes are no output of the program's.
exec 3>&2 2> /dev/null
{
    exec 3>&-
    sh -c 'echo $PPID'
    head -c "$input"
    exec > /dev/null
    read -r ended
    trap '' TERM
    kill -TERM 0
    sleep 1
    kill -KILL 0
} | {
    IFS= read -r watcher
    (exec "$found" "$@" 2>&3 3>&-)
    code=$?
    kill "$watcher"
    # ssh's own sign of a lost connection.
    if [ "$code" = 255 ]; then printf %s "$nonce" >&3; fi
    exit "$code"
}
