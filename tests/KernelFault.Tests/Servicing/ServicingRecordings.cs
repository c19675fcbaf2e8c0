using KernelFault.Hosts;

namespace KernelFault.Tests.Servicing;

/// <summary>Machines that play recordings of this folder, and machines made of parts.</summary>
internal static class ServicingRecordings
{
    internal const string CbsLog = @"C:\Windows\Logs\CBS\CBS.log";
    internal const string DismLog = @"C:\Windows\Logs\DISM\dism.log";
    internal const string Quick = """{"windows":null,"sample":false,"mark":false}""";

    private static readonly string[] s_changing = ["Run", "WriteFile", "Restart"];

    internal static RecordedHost Play(string name) => new(name, Load(name));

    internal static HostRecording Load(string name) =>
        HostRecording.Load(Path.Combine(Corpus.RepositoryRoot, "tests", "KernelFault.Tests", "Servicing", "Recordings", name));

    internal static TResult Do<TResult>(IHostChange<TResult> change, IHost host, bool force = false) =>
        change.Plan(host, CancellationToken.None).Execute(new Told(), force, CancellationToken.None);

    internal static IEnumerable<RecordedCall> Changes(RecordedHost host) => host.Calls.Where(call => s_changing.Contains(call.Action));

    /// <summary>A machine that runs one program between two moments of its local time.</summary>
    internal static RecordedHost Machine(RecordedProgram program, string begin, string end, params RecordedFile[] files) => new("pc", new HostRecording
    {
        Facts = Load("sfc-healthy-en").Facts,
        Programs = [program],
        Scripts = [new RecordedScript("servicing-state", State(end)) { Json = Quick }, new RecordedScript("servicing-state", State(begin))],
        Files = files,
    });

    internal static string State(string local, string more = "") =>
        $$"""{"format":"kernelfault-servicing 1","windows":"C:\\Windows","system":"C:\\Windows","local":"{{local}}","utc":"{{local}}","free":99999999999,"pending":[],"processes":[]{{more}}}""";

    /// <summary>Keeps what it is told, in order.</summary>
    internal sealed class Told : IProgress<HostProgress>
    {
        internal List<HostProgress> All { get; } = [];

        public void Report(HostProgress value) => All.Add(value);
    }
}
