using System.Text.Json;
using KernelFault.Knowledge;

namespace KernelFault.Servicing;

/// <summary>Looks errors of servicing up in <c>Data/servicing-errors.json</c>, which lies in the assembly.</summary>
internal static class ServicingErrors
{
    private const string Resource = "Servicing.servicing-errors.json";

    // HRESULT_FROM_WIN32
    private const uint FacilityWin32 = 0x80070000;

    private static readonly Lazy<IReadOnlyDictionary<uint, Entry>> s_entries = new(Load);

    /// <summary>All of them, by code.</summary>
    internal static IReadOnlyDictionary<uint, Entry> Entries => s_entries.Value;

    /// <summary>The HRESULT that an exit code stands for.</summary>
    /// <param name="exitCode">Of dism.exe: 0, a number of Windows, or an HRESULT or NTSTATUS itself.</param>
    internal static uint HResult(int exitCode) => exitCode is > 0 and <= 0xFFFF ? FacilityWin32 | (uint)exitCode : unchecked((uint)exitCode);

    /// <summary>What is known of an HRESULT.</summary>
    internal static ServicingError Of(uint code)
    {
        if (Entries.TryGetValue(code, out Entry? entry))
        {
            return entry.Error;
        }

        NtStatusInfo? known = KnowledgeBase.Default.FindHResult(code) ?? KnowledgeBase.Default.FindStatus(code);
        return new ServicingError { Code = code, Name = known?.Name, Meaning = known?.Meaning, Remedy = null };
    }

    /// <summary>What a run did that ended with an HRESULT other than 0.</summary>
    internal static RepairStatus Status(uint code) => Entries.TryGetValue(code, out Entry? entry) ? entry.Status : RepairStatus.Failed;

    private static Dictionary<uint, Entry> Load()
    {
        using Stream stream = typeof(ServicingErrors).Assembly.GetManifestResourceStream(Resource)!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.GetProperty("errors").EnumerateArray().Select(Read).ToDictionary(entry => entry.Error.Code);
    }

    private static Entry Read(JsonElement error) => new(
        new ServicingError
        {
            Code = Convert.ToUInt32(error.GetProperty("code").GetString(), 16),
            Name = error.GetProperty("name").GetString(),
            Meaning = error.GetProperty("meaning").GetString(),
            Remedy = error.GetProperty("remedy").GetString(),
        },
        error.TryGetProperty("status", out JsonElement status) ? (RepairStatus)Enum.Parse(typeof(RepairStatus), status.GetString()!) : RepairStatus.Failed);

    /// <summary>An error and what a run did that ended with it.</summary>
    internal sealed record Entry(ServicingError Error, RepairStatus Status);
}
