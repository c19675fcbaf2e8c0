LC_ALL=C
PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin:/usr/bin:/bin
export LC_ALL PATH
echo "clock $(date -u +%Y-%m-%dT%H:%M:%SZ)"
echo "system $(uname -s)"
echo "release $(uname -r)"
echo "machine $(uname -m)"
echo "node $(uname -n)"
echo "user $(id -u)"
if [ -r /etc/os-release ]; then sed 's/^/os /' /etc/os-release
elif [ -r /usr/lib/os-release ]; then sed 's/^/os /' /usr/lib/os-release
fi
[ -r /proc/stat ] && sed -n 's/^btime /boot /p' /proc/stat
if command -v sw_vers > /dev/null 2>&1; then
    echo "os PRETTY_NAME=$(sw_vers -productName) $(sw_vers -productVersion)"
    echo "os VERSION_ID=$(sw_vers -productVersion)"
    echo "boot $(sysctl -n kern.boottime | sed 's/[^0-9]*\([0-9]*\).*/\1/')"
fi
if [ -e /run/reboot-required ] || [ -e /var/run/reboot-required ]; then
    echo 'pending reboot-required'
    [ -r /run/reboot-required.pkgs ] && sed 's/^/pending /' /run/reboot-required.pkgs
elif command -v needs-restarting > /dev/null 2>&1 && command -v timeout > /dev/null 2>&1; then
    timeout 10 needs-restarting -r > /dev/null 2>&1
    [ $? = 1 ] && echo 'pending needs-restarting'
fi
command -v pwsh > /dev/null 2>&1 && echo "pwsh $(pwsh -v 2> /dev/null | sed "s/^PowerShell //")"
echo "clock $(date -u +%Y-%m-%dT%H:%M:%SZ)"
echo end
