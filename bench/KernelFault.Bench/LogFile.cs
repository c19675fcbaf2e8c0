using System.Globalization;
using System.Text;

namespace KernelFault.Bench;

/// <summary>
/// Writes a kernel log of any length: ordinary lines of many shapes, some of them close to a headline, and at even distances
/// the crashes of the two logs in <c>samples/</c>. The same length gives the same bytes.
/// </summary>
internal static class LogFile
{
    private const int Crashes = 100;

    // {0} to {2} are numbers that differ from line to line.
    private static readonly string[] Ordinary =
    [
        "usb {0}-{1}: new high-speed USB device number {2} using xhci_hcd",
        "usb {0}-{1}: New USB device found, idVendor=0bda, idProduct=8153, bcdDevice=30.00",
        "EXT4-fs (sda{1}): mounted filesystem with ordered data mode. Opts: (null). Quota mode: none.",
        "audit: type=1400 audit(179524{2}.{0}:{1}): apparmor=\"DENIED\" operation=\"open\" profile=\"snap.firefox\" name=\"/proc/{2}/cgroup\" pid={2} comm=\"Web Content\" requested_mask=\"r\" denied_mask=\"r\" fsuid=1000 ouid=0",
        "[UFW BLOCK] IN=eth0 OUT= MAC=52:54:00:12:34:56:52:55:0a:00:02:02:08:00 SRC=10.0.{0}.{1} DST=10.0.2.15 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID={2} PROTO=TCP SPT=443 DPT={2} WINDOW=65535 RES=0x00 ACK FIN URGP=0",
        "docker0: port {1}(veth{2:x8}) entered blocking state",
        "device veth{2:x8} entered promiscuous mode",
        "IPv6: ADDRCONF(NETDEV_CHANGE): eth{0}: link becomes ready",
        "e1000e 0000:00:1f.{0} eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx",
        "python3[{2}]: segfault at {2:x} ip 00007f2b3c4d5e6f sp 00007ffc0a1b2c3d error 4 in libpython3.11.so.1.0[7f2b3c400000+2a0000] likely on CPU {0} (core {1}, socket 0)",
        "Code: 48 8b 05 {0:x2} {1:x2} 2f 00 48 8b 00 48 85 c0 74 0a ff d0 0f 1f 44 00 00 48 83 c4 08 c3 66 90 48 8d 3d <0f> b6 04 02",
        "systemd[1]: Started Session {2} of User root.",
        "systemd-journald[{2}]: Data hash table of /run/log/journal/system.journal has a fill level at 75.{0}",
        "nvme nvme{0}: I/O {2} QID {1} timeout, completion polled",
        "ata{1}.00: exception Emask 0x0 SAct 0x{2:x} SErr 0x0 action 0x6 frozen",
        "blk_update_request: I/O error, dev sd{0}, sector {2} op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 0",
        "thermal thermal_zone{0}: failed to read out thermal zone (-61)",
        "i915 0000:00:02.0: [drm] GPU HANG: ecode 9:1:{2:x8}, in Xorg [{2}]",
        "perf: interrupt took too long ({2} > 2500), lowering kernel.perf_event_max_sample_rate to {2}",
        "TCP: request_sock_TCP: Possible SYN flooding on port {2}. Sending cookies.  Check SNMP counters.",
        "warning: process `foo{0}' used the deprecated sysctl system call with 8.{1}.",
        "rcu: \tRCU restricting CPUs from NR_CPUS=8192 to nr_cpu_ids={1}.",
        "BTRFS info (device sda{1}): disk space caching is enabled",
        "bugs in the firmware of device {2} were worked around (info: see the manual)",
        "x86/fpu: xstate_offset[{0}]:  {2}, xstate_sizes[{0}]:  256",
        "pci 0000:{0:x2}:{1:x2}.0: BAR 0: assigned [mem 0x{2:x8}-0x{2:x8} 64bit pref]",
    ];

    /// <summary>Writes the log.</summary>
    /// <param name="path">The file; what it held is lost.</param>
    /// <param name="length">Its length in bytes; the last line may end beyond.</param>
    public static void Write(string path, long length)
    {
        string[][] reports = [Report("linux-null-pointer.log"), Report("linux-double-free.log")];
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 20) { NewLine = "\n" };
        var random = new Random(20261121);
        var line = new StringBuilder();
        long written = 0;
        double clock = 5;
        int crashes = 0;
        while (written < length)
        {
            if (written >= length / Crashes * crashes + (length / Crashes / 2) && crashes < Crashes)
            {
                foreach (string message in reports[crashes % reports.Length])
                {
                    Put(message);
                }

                crashes++;
                continue;
            }

            Put(string.Format(CultureInfo.InvariantCulture, Ordinary[random.Next(Ordinary.Length)], random.Next(8), random.Next(1, 16), random.Next(1000, 100_000)));
            clock += random.NextDouble() / 100;
        }

        void Put(string message)
        {
            line.Clear().AppendFormat(CultureInfo.InvariantCulture, "[{0,12:0.000000}] ", clock).Append(message);
            file.WriteLine(line);
            written += line.Length + 1;
        }
    }

    // From the headline to the end of the trace, without the clock.
    private static string[] Report(string sample) =>
    [
        .. File.ReadLines(BenchFiles.Sample(sample))
            .Select(text => text[(text.IndexOf("] ", StringComparison.Ordinal) + 2)..])
            .SkipWhile(text => !text.StartsWith("BUG: ", StringComparison.Ordinal) && !text.StartsWith("------------[ cut here", StringComparison.Ordinal))
            .TakeWhile(text => !text.StartsWith("Kernel panic", StringComparison.Ordinal)),
    ];
}
