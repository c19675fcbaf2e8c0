using System.Text.Json;
using System.Xml;
using KernelFault.Hosts;

namespace KernelFault.Verification;

// reagentc writes in the language of Windows; the file it keeps its state in does not: System32\Recovery\ReAgent.xml, element
// InstallState, attribute state, is 1 where the recovery environment is in place.

/// <summary>What a Windows that no longer starts could be brought back with.</summary>
/// <param name="HasRecoveryEnvironment">Whether its recovery environment is in place; null when that cannot be told.</param>
/// <param name="RestorePoints">How many restore points it has; null when that cannot be told.</param>
internal sealed record RecoveryPath(bool? HasRecoveryEnvironment, long? RestorePoints)
{
    private const string StateFile = @"C:\Windows\System32\Recovery\ReAgent.xml";
    private const long MaximumFile = 1024 * 1024;

    /// <summary>Whether there is a way; null when that cannot be told.</summary>
    internal bool? Exists => HasRecoveryEnvironment == true || RestorePoints > 0 ? true : HasRecoveryEnvironment is null || RestorePoints is null ? null : false;

    internal static RecoveryPath Read(IHost host, CancellationToken cancellation) => new(Environment(host, cancellation), Points(host, cancellation));

    private static bool? Environment(IHost host, CancellationToken cancellation)
    {
        try
        {
            if (host.FindFile(StateFile, cancellation) is not { IsFolder: false })
            {
                return null;
            }

            using var stream = new MemoryStream(host.ReadFile(StateFile, MaximumFile, cancellation));
            using XmlReader xml = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return xml.ReadToFollowing("InstallState") && xml.GetAttribute("state") is { } state ? state == "1" : null;
        }
        catch (Exception e) when (e is XmlException || e is HostException { Kind: not (HostErrorKind.Unreachable or HostErrorKind.Refused) })
        {
            return null;
        }
    }

    private static long? Points(IHost host, CancellationToken cancellation)
    {
        try
        {
            ScriptResult result = host.RunScript(new ScriptCall("restore-points", HostScript.Read("Verification.restore-points.ps1")), cancellation);
            using JsonDocument document = JsonDocument.Parse(result.Output);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("count", out JsonElement count) && count.ValueKind == JsonValueKind.Number ? count.GetInt64() : null;
        }
        catch (Exception e) when (e is JsonException or FormatException || e is HostException { Kind: not (HostErrorKind.Unreachable or HostErrorKind.Refused) })
        {
            return null;
        }
    }
}
