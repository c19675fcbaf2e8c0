# Waits until nothing of a trace that was ended is left; its own trap or its guard removes it, or this. Arguments: folder of tracefs,
# the trace's number. Exit code 0 when nothing is left.
folder=$1 id=$2
instance=$folder/instances/kernelfault-$id
group=kernelfault_$id
reader=0
for wait in 1 2 3 4 5 6 7 8; do
    [ -d "$instance" ] || grep -q "[:/]$group/" "$folder/kprobe_events" || exit 0
    sleep 0.5
done
clean
