using System.Text;
using KernelFault.Hosts;
using KernelFault.Tests.Servicing;

namespace KernelFault.Tests.Playbooks;

/// <summary>Machines whose files are checked and repaired, put together from recordings of single runs of DISM and sfc.</summary>
internal static class RepairRecordings
{
    /// <summary>The component store is sound on one day, the files cannot be repaired on the next.</summary>
    /// <param name="scripts">Scripts besides.</param>
    internal static HostRecording NotRepairable(IEnumerable<RecordedScript> scripts)
    {
        HostRecording store = ServicingRecordings.Load("image-healthy-ja");
        HostRecording files = ServicingRecordings.Load("sfc-not-repairable-zh");
        static string Next(string text) => text.Replace("2026-03-10", "2026-03-11", StringComparison.Ordinal);
        RecordedProgram sfc = files.Programs.Single();
        byte[] log =
        [
            .. store.Files.Single(file => file.Path == ServicingRecordings.CbsLog).Content,
            .. Encoding.UTF8.GetBytes(Next(Encoding.UTF8.GetString(files.Files.Single().Content).TrimStart('\uFEFF'))),
        ];
        return store with
        {
            Programs = [.. store.Programs.Where(program => program.Program == "dism.exe"), sfc, new RecordedProgram("sfc.exe", "/verifyonly") { Output = sfc.Output, ExitCode = sfc.ExitCode }],
            Scripts =
            [
                store.Scripts[0],
                .. store.Scripts.Skip(1).Take(4),
                .. files.Scripts.Skip(1).Select(script => new RecordedScript(script.Name, Next(script.Output)) { Json = script.Json }),
                .. scripts,
            ],
            Files = [.. store.Files.Where(file => file.Path != ServicingRecordings.CbsLog), new RecordedFile(ServicingRecordings.CbsLog, log)],
        };
    }

    /// <summary>A machine on which <c>sfc /verifyonly</c> finds nothing.</summary>
    internal static HostRecording Verified()
    {
        HostRecording healthy = ServicingRecordings.Load("sfc-healthy-en");
        RecordedProgram sfc = healthy.Programs.Single();
        return healthy with { Programs = [new RecordedProgram("sfc.exe", "/verifyonly") { Output = sfc.Output, ExitCode = sfc.ExitCode }] };
    }
}
