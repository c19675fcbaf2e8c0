namespace KernelFault.Tests.Builders;

/// <summary>The driver list of a machine that never was: Windows' own drivers by their real names, and others by names that say they are invented.</summary>
/// <remarks>Bases, sizes, timestamps and checksums are made from the names, so that every build of a sample is the same.</remarks>
internal static class InventedDrivers
{
    private const string Windows =
        """
        ntoskrnl.exe hal.dll kd.dll mcupdate_GenuineIntel.dll CLFS.SYS tm.sys PSHED.dll BOOTVID.dll FLTMGR.SYS msrpc.sys ksecdd.sys
        clipsp.sys cmimcext.sys werkernel.sys ntosext.sys CI.dll cng.sys Wdf01000.sys WDFLDR.SYS WppRecorder.sys SleepStudyHelper.sys
        acpiex.sys mssecflt.sys SgrmAgent.sys ACPI.sys WMILIB.SYS intelpep.sys msisadrv.sys pci.sys tpm.sys intelpmt.sys pdc.sys CEA.sys
        partmgr.sys spaceport.sys volmgr.sys volmgrx.sys vsock.sys vmci.sys mountmgr.sys storahci.sys storport.sys stornvme.sys EhStorClass.sys
        fileinfo.sys Wof.sys WdFilter.sys Ntfs.sys Fs_Rec.sys ndis.sys NETIO.SYS ksecpkg.sys tcpip.sys fwpkclnt.sys wfplwfs.sys
        fvevol.sys volume.sys volsnap.sys rdyboost.sys mup.sys iorate.sys disk.sys CLASSPNP.SYS crashdmp.sys cdrom.sys filecrypt.sys
        tbs.sys Null.SYS Beep.SYS dxgkrnl.sys watchdog.sys BasicDisplay.sys BasicRender.sys Npfs.SYS Msfs.SYS CimFS.SYS tdx.sys TDI.SYS
        netbt.sys afunix.sys afd.sys vwififlt.sys pacer.sys ndiscap.sys netbios.sys rdbss.sys csc.sys nsiproxy.sys npsvctrig.sys mssmbios.sys
        gpuenergydrv.sys dfsc.sys bam.sys ahcache.sys CompositeBus.sys kdnic.sys umbus.sys CAD.sys USBXHCI.SYS ucx01000.sys HDAudBus.sys
        portcls.sys drmk.sys ks.sys intelppm.sys acpipagr.sys UEFI.sys NdisVirtualBus.sys swenum.sys rdpbus.sys UsbHub3.sys USBD.SYS
        win32k.sys win32kfull.sys win32kbase.sys hidusb.sys HIDCLASS.SYS HIDPARSE.SYS mouhid.sys mouclass.sys kbdhid.sys kbdclass.sys luafv.sys
        """;

    private static readonly string[] Invented = ["contosonet.sys", "fabrikamfs.sys", "tailspinaudio.sys", "northwindvpn.sys", "litwarehid.sys"];

    /// <summary>Windows 11 on x64 with five invented drivers; short names, as the newest Windows writes.</summary>
    public static IReadOnlyList<DriverEntry> Windows11(ulong kernelBase) => List(kernelBase, kernelBase + 0x6EE0_0000, Windows, Invented, static name => name);

    /// <summary>Windows 11 on ARM64: full paths.</summary>
    public static IReadOnlyList<DriverEntry> Windows11Arm(ulong kernelBase, params string[] invented) =>
        List(kernelBase, kernelBase + 0x6EE0_0000, Windows.Replace("mcupdate_GenuineIntel.dll", string.Empty, StringComparison.Ordinal), invented, Path);

    /// <summary>Windows 7 on x86: full paths, the PAE kernel first.</summary>
    public static IReadOnlyList<DriverEntry> Windows7(ulong kernelBase, params string[] invented)
    {
        const string Seven =
            """
            ntkrnlpa.exe halmacpi.dll kdcom.dll mcupdate_GenuineIntel.dll PSHED.dll BOOTVID.dll CLFS.SYS CI.dll Wdf01000.sys WDFLDR.SYS ACPI.sys
            WMILIB.SYS msisadrv.sys pci.sys vdrvroot.sys partmgr.sys volmgr.sys volmgrx.sys mountmgr.sys ataport.SYS msahci.sys amdxata.sys
            fltmgr.sys fileinfo.sys Ntfs.sys msrpc.sys ksecdd.sys cng.sys pcw.sys Fs_Rec.sys ndis.sys NETIO.SYS ksecpkg.sys tcpip.sys fwpkclnt.sys
            volsnap.sys spldr.sys rdyboost.sys mup.sys hwpolicy.sys fvevol.sys disk.sys CLASSPNP.SYS cdrom.sys Null.SYS Beep.SYS vga.sys VIDEOPRT.SYS
            watchdog.sys Msfs.SYS Npfs.SYS tdx.sys TDI.SYS afd.sys netbt.sys wfplwf.sys pacer.sys netbios.sys rdbss.sys nsiproxy.sys discache.sys
            dxgkrnl.sys dxgmms1.sys usbehci.sys USBPORT.SYS HDAudBus.sys portcls.sys drmk.sys ks.sys i8042prt.sys kbdclass.sys mouclass.sys
            intelppm.sys umbus.sys win32k.sys luafv.sys srv.sys srv2.sys srvnet.sys HTTP.sys
            """;
        return List(kernelBase, kernelBase + 0x600_0000, Seven, invented, Path);
    }

    private static List<DriverEntry> List(ulong kernelBase, ulong driversFrom, string names, string[] invented, Func<string, string> path)
    {
        string[] own = names.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var drivers = new List<DriverEntry>();
        ulong next = driversFrom;
        foreach (string name in own.Concat(invented))
        {
            uint hash = Hash(name);
            bool kernel = drivers.Count == 0;
            uint size = kernel ? (kernelBase >> 32 == 0 ? 0x412000u : 0x144F000u) : 0x6000 + ((hash & 0x7F) << 12);
            ulong at = kernel ? kernelBase : next;

            // Windows' own images carry a hash of their contents for a time; the invented ones a date of 2024 or 2025.
            uint time = invented.Contains(name) ? 0x6592_0080 + (hash % 0x3C2_6700) : hash;
            drivers.Add(new DriverEntry(path(name), at, size, time, ((hash >> 8) & 0x7FFFF) | 0x1000));
            if (!kernel)
            {
                next = (at + size + 0xFFFF) & ~0xFFFFUL;
            }
        }

        return drivers;
    }

    private static string Path(string name) => name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
        ? @"\SystemRoot\system32\" + name
        : name.StartsWith("win32k", StringComparison.OrdinalIgnoreCase) ? @"\SystemRoot\System32\" + name : @"\SystemRoot\System32\drivers\" + name;

    // FNV-1a.
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
        {
            hash = unchecked((hash ^ char.ToLowerInvariant(c)) * 16777619);
        }

        return hash;
    }
}
