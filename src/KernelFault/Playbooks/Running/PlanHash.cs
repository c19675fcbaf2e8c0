using System.Text;
using System.Text.Json;
using KernelFault.Drivers;

namespace KernelFault.Playbooks.Running;

/// <summary>What must be the same when a run goes on: the playbook, its parameters and its machines.</summary>
internal static class PlanHash
{
    internal static string Of(ReadOnlySpan<byte> bytes)
    {
#if NET
        return FileHash.Digits(System.Security.Cryptography.SHA256.HashData(bytes));
#else
        using var hash = System.Security.Cryptography.SHA256.Create();
        return FileHash.Digits(hash.ComputeHash(bytes.ToArray()));
#endif
    }

    internal static string Of(string playbookHash, IReadOnlyDictionary<string, object?> parameters, IReadOnlyList<string> secretNames, IReadOnlyList<RunStartedHost> hosts) => Of(Encoding.UTF8.GetBytes(
        playbookHash + "\n" + JsonSerializer.Serialize(parameters, JournalJson.Options) + "\n" + JsonSerializer.Serialize(secretNames) + "\n" + JsonSerializer.Serialize(hosts, JournalJson.Options)));
}
